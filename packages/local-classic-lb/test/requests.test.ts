import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startLocalClassicLb } from '../src/index.ts';
import { ask, echo, loadBalancerOf, startInstances, startTestLb } from './classic-lb.ts';

describe('a request', () => {
  it('goes to each instance in service in turn, with who asked', async () => {
    await using instances = await startInstances([1, 2], echo);
    await using lb = await startTestLb(instances.port);
    await lb.add('i-1', 'i-2');
    const answers = [];
    for (let count = 0; count < 4; count += 1) answers.push(await ask(`${lb.url}/a?b=c`));
    expect(answers.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([1, 1, 2, 2]);
    expect(answers[0]).toMatchObject({
      url: '/a?b=c',
      headers: {
        host: `127.0.0.1:${lb.port}`,
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-port': '80',
      },
    });
    expect(answers[0]?.headers).not.toHaveProperty('x-amzn-trace-id');
  });

  it('goes to the instance with the fewest requests under way', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    await using instances = await startInstances([1, 2], (number) => (request, response) => {
      if (request.url === '/hold') arrived.resolve(response);
      else echo(number)(request, response);
    });
    await using lb = await startTestLb(instances.port);
    await lb.add('i-1', 'i-2');
    const holding = fetch(`${lb.url}/hold`);
    const held = await arrived.promise;
    const first = await ask(`${lb.url}/x`);
    const others = [await ask(`${lb.url}/x`), await ask(`${lb.url}/x`)];
    expect(others.map(({ number }) => number)).toEqual([first.number, first.number]);
    held.end();
    await (await holding).text();
  });

  it('keeps its body and the client’s own X-Forwarded-For', async () => {
    await using instances = await startInstances([1], echo);
    await using lb = await startTestLb(instances.port);
    await lb.add('i-1');
    const answer = await ask(lb.url, { method: 'POST', body: 'text', headers: { 'x-forwarded-for': '192.0.2.1' } });
    expect(answer.body).toBe('text');
    expect(answer.headers['x-forwarded-for']).toBe('192.0.2.1, 127.0.0.1');
  });

  it.each(['GET', 'DELETE', 'OPTIONS'])(
    'by %s keeps a body in chunks, which is no request of its own',
    async (method) => {
      await using instances = await startInstances([1], echo);
      await using lb = await startTestLb(instances.port);
      await lb.add('i-1');
      const inner = 'GET /inner HTTP/1.1\r\nHost: x\r\n\r\n';
      const chunk = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
      const socket = connect(lb.port, '127.0.0.1');
      socket.write(
        `${method} /outer HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
      );
      let text = '';
      for await (const part of socket) text += String(part);
      expect(JSON.parse(/\{.*\}/.exec(text)?.[0] ?? '{}')).toMatchObject({ url: '/outer', body: inner });
      expect((await ask(`${lb.url}/next`)).url).toBe('/next');
    },
  );

  it('is answered 503 when no instance is in service, and 504 when the instance is silent for too long', async () => {
    await using instances = await startInstances([1], () => () => {});
    await using lb = await startTestLb(instances.port, { loadBalancer: { idleTimeoutSeconds: 0.05 } });
    const none = await fetch(lb.url);
    expect([none.status, none.statusText]).toEqual([503, 'Service Unavailable: Back-end server is at capacity']);
    await lb.add('i-1');
    expect((await fetch(lb.url)).status).toBe(504);
  });

  it('gets the head of its answer before there is any of the body', async () => {
    const answered = Promise.withResolvers<ServerResponse>();
    await using instances = await startInstances([1], () => (_request, response) => {
      response.flushHeaders();
      answered.resolve(response);
    });
    await using lb = await startTestLb(instances.port);
    await lb.add('i-1');
    const response = await fetch(lb.url);
    (await answered.promise).end('later');
    expect(await response.text()).toBe('later');
  });

  it('is answered 502 when the instance breaks off', async () => {
    await using instances = await startInstances([1], () => (request) => request.socket.destroy());
    await using lb = await startTestLb(instances.port);
    await lb.add('i-1');
    expect((await fetch(lb.url)).status).toBe(502);
    await lb.event((event) => event.kind === 'request' && event.status === 502);
  });

  it.each([
    'HTTP/1.1 000 OK',
    'HTTP/1.1 099 OK',
    'HTTP/1.1 200 O\u0001K',
    'HTTP/1.1 200 OK\r\nX-Odd: \u0001',
    'HTTP/1.1 101 Switching Protocols',
    'rubbish',
  ])('is answered 502 when the instance answers %j, and the next one as ever', async (head) => {
    await using instances = await startInstances([1], (number) => (request, response) => {
      if (request.url === '/odd') request.socket.end(`${head}\r\nContent-Length: 2\r\n\r\nok`);
      else echo(number)(request, response);
    });
    await using lb = await startTestLb(instances.port);
    await lb.add('i-1');
    expect((await fetch(`${lb.url}/odd`)).status).toBe(502);
    expect((await ask(lb.url)).number).toBe(1);
  });

  it('is answered as the instance says, whatever follows its answer', async () => {
    const answer = 'HTTP/1.1 304 Not Modified\r\nX-Own: 1\r\n\r\nand more';
    await using instances = await startInstances([1], () => (request) => request.socket.end(answer));
    await using lb = await startTestLb(instances.port);
    await lb.add('i-1');
    const { status, headers } = await fetch(lb.url);
    expect([status, headers.get('x-own')]).toEqual([304, '1']);
  });

  it('goes to another instance when the first takes no connection', async () => {
    await using instances = await startInstances([1], echo);
    // Nothing listens on 127.0.0.9, and the check that says so comes only once in a while.
    await using lb = await startTestLb(instances.port, {
      healthCheck: { unhealthyThreshold: 10, intervalSeconds: 60 },
    });
    await lb.add('i-1');
    const nine = lb.event((event) => event.kind === 'instance-health' && event.instance === 'i-9');
    await lb.register('i-9');
    await nine;
    const answers = await Promise.all([ask(lb.url), ask(lb.url), ask(lb.url)]);
    expect(answers.map(({ number }) => number)).toEqual([1, 1, 1]);
  });

  it('with a cookie stays with its instance', async () => {
    await using instances = await startInstances([1, 2], echo);
    await using lb = await startTestLb(instances.port, { listener: { stickiness: { durationSeconds: 60 } } });
    await lb.add('i-1', 'i-2');
    const first = await fetch(lb.url);
    const { number } = (await first.json()) as { number: number };
    const [cookie = '', cors = ''] = first.headers.getSetCookie();
    expect(cookie).toMatch(/^AWSELB=[0-9A-F]{128};PATH=\/;MAX-AGE=60$/);
    expect(cors).toMatch(/^AWSELBCORS=.*;SECURE;SAMESITE=None$/);
    const headers = { cookie: cookie.split(';')[0] ?? '' };
    for (let count = 0; count < 5; count += 1) expect((await ask(lb.url, { headers })).number).toBe(number);
    expect((await fetch(lb.url, { headers })).headers.getSetCookie()).toEqual([]);
  });
});

describe('starting', () => {
  it.each([
    [{ protocol: 'HTTPS', instanceProtocol: 'HTTP' }, 'LOCAL_CLASSIC_LB_PROTOCOL_UNSUPPORTED'],
    [{ port: 81 }, 'LOCAL_CLASSIC_LB_LISTENER_UNKNOWN'],
  ] as const)('with the listener %j is refused', async (listener, code) => {
    await expect(startTestLb(80, { listener })).rejects.toMatchObject({ code });
  });

  it('on a taken port is refused in one sentence that names it', async () => {
    await using instances = await startInstances([1], echo);
    const { port: localPort } = instances;
    const starting = startLocalClassicLb({
      loadBalancer: loadBalancerOf(1),
      listeners: [{ port: 80, host: '127.0.0.1', localPort }],
      instance: () => undefined,
    });
    await expect(starting).rejects.toMatchObject({
      code: 'LOCAL_CLASSIC_LB_PORT_TAKEN',
      message: expect.stringContaining(String(localPort)),
    });
  });
});
