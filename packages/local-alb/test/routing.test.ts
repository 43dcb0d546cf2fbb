import type { RuleAction } from '@switchyard/blueprint';
import { expect, test } from 'vitest';
import { connectRaw, forwardTo, rule, startTarget, startTestAlb, targetGroup } from './fixture.ts';

test('routes by path to the first rule that matches, else to the default', async () => {
  await using web = await startTarget((_, response) => response.end('web'));
  await using api = await startTarget((request, response) => response.end(`api ${request.url}`));
  await using alb = await startTestAlb({
    rules: [
      rule(20, forwardTo('api'), { conditions: [{ field: 'path-pattern', values: ['/api', '/api/*'] }] }),
      rule('default', forwardTo('web')),
    ],
    targetGroups: [targetGroup('web'), targetGroup('api')],
  });
  await alb.addTarget('web', web);
  await alb.addTarget('api', api);
  expect(await (await fetch(`${alb.url}/api/things?q=1`)).text()).toBe('api /api/things?q=1');
  expect(await (await fetch(`${alb.url}/apix`)).text()).toBe('web');
});

test('ignores case in regular expressions on host and headers, as in their other values', async () => {
  const to = (text: string): RuleAction => ({ type: 'fixed-response', statusCode: 200, messageBody: text });
  await using alb = await startTestAlb({
    rules: [
      rule(1, to('host'), { conditions: [{ field: 'host-header', regexValues: ['^SHOP[.]example[.]com'] }] }),
      rule(2, to('header'), {
        conditions: [{ field: 'http-header', httpHeaderName: 'X-Kind', regexValues: ['^beta-[a-z]+$'] }],
      }),
      rule('default', to('neither')),
    ],
    targetGroups: [],
  });
  await using client = await connectRaw(alb.port);
  client.send('GET / HTTP/1.1\r\nHost: shop.EXAMPLE.com\r\n\r\n');
  client.send('GET / HTTP/1.1\r\nHost: a\r\nx-kind: BETA-Users\r\n\r\n');
  client.send('GET / HTTP/1.1\r\nHost: a\r\nX-Kind: beta-1\r\n\r\n');
  const received = await client.until((text) => text.endsWith('neither'));
  expect(received.match(/(?<=\r\n\r\n)(host|header|neither)/g)).toEqual(['host', 'header', 'neither']);
});

test('takes the targets in turn', async () => {
  await using one = await startTarget((_, response) => response.end('1'));
  await using two = await startTarget((_, response) => response.end('2'));
  await using alb = await startTestAlb();
  await alb.addTarget('web', one);
  await alb.addTarget('web', two);
  const answers: string[] = [];
  for (let i = 0; i < 4; i++) answers.push(await (await fetch(alb.url)).text());
  expect(answers.toSorted()).toEqual(['1', '1', '2', '2']);
  expect(answers[0]).not.toBe(answers[1]);
});

test('answers 503 with its own page when the target group has no targets', async () => {
  await using alb = await startTestAlb();
  const response = await fetch(alb.url);
  expect(response.status).toBe(503);
  expect(response.headers.get('server')).toBe('awselb/2.0');
  const body = await response.text();
  expect(body).toContain('503 Service Temporarily Unavailable');
  expect(body).toHaveLength(162);
});

test('writes the forwarded headers that a target sees', async () => {
  await using web = await startTarget((request, response) => response.end(JSON.stringify(request.headers)));
  await using alb = await startTestAlb();
  await alb.addTarget('web', web);
  const answer = await fetch(alb.url, { headers: { 'x-forwarded-for': '127.0.0.4', 'x-custom': 'kept' } });
  const headers = (await answer.json()) as Record<string, string>;
  expect(headers).toMatchObject({
    'x-forwarded-for': '127.0.0.4, 127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-port': String(alb.port),
    'x-custom': 'kept',
    host: `127.0.0.1:${alb.port}`,
  });
  expect(headers['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
});

test('answers pipelined requests in order', async () => {
  await using web = await startTarget((request, response) => response.end(`<${request.url}>`));
  await using alb = await startTestAlb();
  await alb.addTarget('web', web);
  await using client = await connectRaw(alb.port);
  client.send(['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
  const text = await client.until((received) => received.includes('</3>'));
  expect(text.match(/<\/\d>/g)).toEqual(['</1>', '</2>', '</3>']);
});
