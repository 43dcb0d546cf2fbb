import type { Rule, RuleAction } from '@switchyard/blueprint';
import { expect, test } from 'vitest';
import { connectRaw, forwardTo, listener, loadBalancer, rule, startTarget, startTestAlb } from './fixture.ts';

const FIXED = {
  type: 'fixed-response',
  statusCode: 503,
  contentType: 'text/plain',
  messageBody: '503 error text',
} as const;
const NOT_FOUND: RuleAction = {
  type: 'fixed-response',
  statusCode: 404,
  contentType: 'text/plain',
  messageBody: 'default',
};

async function albWith(...rules: readonly Rule[]) {
  return await startTestAlb({ rules: [...rules, rule('default', NOT_FOUND)], targetGroups: [] });
}

/** Sends a request with exactly these lines and answers status and, where there is one, the Location. */
async function ask(port: number, requestLine: string, ...headers: readonly string[]) {
  await using client = await connectRaw(port);
  client.send(`${requestLine} HTTP/1.1\r\n${[...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`);
  const response = await client.rest();
  return {
    response,
    status: Number(response.slice(9, 12)),
    location: /\r\nLocation: (.*)\r\n/.exec(response)?.[1],
    body: response.slice(response.indexOf('\r\n\r\n') + 4),
  };
}

test('sends a fixed response exactly', async () => {
  await using alb = await startTestAlb({ rules: [rule('default', FIXED)], targetGroups: [] });
  const { status, body, response } = await ask(alb.port, 'GET /', 'Host: a');
  expect(status).toBe(503);
  expect(body).toBe('503 error text');
  expect(response).toContain('Content-Type: text/plain\r\n');
  expect(await alb.logged(503)).toMatchObject({ rulePriority: 'default', target: undefined });
});

test('redirects to the parts that the action names, with the port', async () => {
  await using alb = await albWith(
    rule(
      1,
      {
        type: 'redirect',
        statusCode: 302,
        protocol: 'HTTPS',
        host: 'aws.amazon.com',
        port: '443',
        path: '/eks/',
        query: 'k=v',
      },
      { conditions: [{ field: 'path-pattern', values: ['/path'] }] },
    ),
  );
  const { status, location, body, response } = await ask(alb.port, 'GET /path?x=y', 'Host: a');
  expect(status).toBe(302);
  expect(location).toBe('https://aws.amazon.com:443/eks/?k=v');
  expect(response).toContain('HTTP/1.1 302 Moved Temporarily\r\n');
  expect(body).toHaveLength(110);
});

test('redirects a client that names no host to the load balancer’s own name', async () => {
  await using alb = await albWith(rule(1, { type: 'redirect', statusCode: 302, path: '/x' }));
  const { location } = await ask(alb.port, 'GET /', 'Host:');
  expect(location).toBe(`http://${loadBalancer([]).dnsName}:${alb.port}/x`);
});

test('keeps in a redirect what the action leaves out, and fills in placeholders', async () => {
  await using alb = await albWith(
    rule(
      1,
      { type: 'redirect', statusCode: 301, path: '/new/#{path}', query: '#{query}&from=#{host}' },
      { conditions: [{ field: 'path-pattern', values: ['/old*'] }] },
    ),
  );
  const { location } = await ask(alb.port, 'GET /old/x?q=1', 'Host: example.com:99');
  expect(location).toBe(`http://example.com:${alb.port}/new/old/x?q=1&from=example.com`);
});

test('writes a page of 134 bytes with a redirect by 301', async () => {
  await using alb = await albWith(
    rule(
      1,
      { type: 'redirect', statusCode: 301, path: '/new' },
      { conditions: [{ field: 'path-pattern', values: ['/old'] }] },
    ),
  );
  const { response, body } = await ask(alb.port, 'GET /old', 'Host: a');
  expect(response).toContain('HTTP/1.1 301 Moved Permanently\r\n');
  expect(response).toContain('Content-Length: 134\r\n');
  expect(body).toHaveLength(134);
});

test('translates a redirect to another listener into the port where that one answers here', async () => {
  const toOther: RuleAction = { type: 'redirect', statusCode: 301, port: '8000' };
  await using alb = await startTestAlb({
    loadBalancer: loadBalancer([
      listener([rule('default', toOther)]),
      listener([rule('default', FIXED)], { port: 8000, arn: 'arn:other' }),
    ]),
    targetGroups: [],
  });
  const other = new URL(alb.alb.listeners[1]!.url);
  const { location } = await ask(alb.port, 'GET /', 'Host: 127.0.0.1');
  expect(location).toBe(`${other.origin}/`);
});

test('answers 507 when the redirect URL is too long', async () => {
  await using alb = await startTestAlb({
    rules: [rule('default', { type: 'redirect', statusCode: 302, query: 'a=#{path}' })],
    targetGroups: [],
  });
  expect((await ask(alb.port, `GET /${'a'.repeat(6000)}`, 'Host: a')).status).toBe(507);
});

test('takes a request by host and path together', async () => {
  await using alb = await albWith(
    rule(1, FIXED, {
      conditions: [
        { field: 'host-header', values: ['www.example.com', 'anno.example.com'] },
        { field: 'path-pattern', values: ['/path1'] },
      ],
    }),
  );
  expect((await ask(alb.port, 'GET /path1', 'Host: www.example.com')).status).toBe(503);
  expect((await ask(alb.port, 'GET /path1', 'Host: ANNO.example.com')).status).toBe(503);
  expect((await ask(alb.port, 'GET /path1', 'Host: other.example.com')).status).toBe(404);
  expect((await ask(alb.port, 'GET /path2', 'Host: www.example.com')).status).toBe(404);
});

test('takes a request by header value', async () => {
  await using alb = await albWith(
    rule(1, FIXED, {
      conditions: [{ field: 'http-header', httpHeaderName: 'HeaderName', values: ['HeaderValue1', 'HeaderValue2'] }],
    }),
  );
  expect((await ask(alb.port, 'GET /', 'Host: a', 'headername: headervalue2')).status).toBe(503);
  expect((await ask(alb.port, 'GET /', 'Host: a', 'HeaderName: HeaderValue3')).status).toBe(404);
  expect((await ask(alb.port, 'GET /', 'Host: a')).status).toBe(404);
});

test('takes a request by method', async () => {
  await using alb = await albWith(
    rule(1, FIXED, { conditions: [{ field: 'http-request-method', values: ['GET', 'HEAD'] }] }),
  );
  expect((await ask(alb.port, 'GET /', 'Host: a')).status).toBe(503);
  expect((await ask(alb.port, 'HEAD /', 'Host: a')).body).toBe('');
  expect((await ask(alb.port, 'POST /', 'Host: a', 'Content-Length: 0')).status).toBe(404);
});

test('takes a request by header and two query parameters only when all three are there', async () => {
  await using alb = await albWith(
    rule(1, FIXED, {
      conditions: [
        { field: 'http-header', httpHeaderName: 'HeaderName', values: ['HeaderValue'] },
        { field: 'query-string', values: [{ key: 'paramA', value: 'valueA' }] },
        { field: 'query-string', values: [{ key: 'paramB', value: 'valueB' }] },
      ],
    }),
  );
  const header = 'HeaderName: HeaderValue';
  expect((await ask(alb.port, 'GET /?paramA=valueA&paramB=valueB', 'Host: a', header)).status).toBe(503);
  expect((await ask(alb.port, 'GET /?paramA=valueA', 'Host: a', header)).status).toBe(404);
  expect((await ask(alb.port, 'GET /?paramA=valueA&paramB=valueB', 'Host: a')).status).toBe(404);
});

test('takes a request by the address of its peer, whatever X-Forwarded-For claims', async () => {
  await using alb = await albWith(
    rule(1, FIXED, { conditions: [{ field: 'source-ip', values: ['127.0.0.0/8'] }] }),
    rule(2, { ...FIXED, statusCode: 200 }, { conditions: [{ field: 'source-ip', values: ['10.0.0.0/8'] }] }),
  );
  expect((await ask(alb.port, 'GET /', 'Host: a', 'X-Forwarded-For: 10.0.0.1')).status).toBe(503);
});

const toV2 = { type: 'url-rewrite', regex: '(^/api(/)?)', replace: '/v2$2' } as const;

test('rewrites URL and host for the target after the rule has been chosen by the original', async () => {
  await using target = await startTarget((request, response) => response.end(`${request.headers.host} ${request.url}`));
  await using alb = await startTestAlb({
    rules: [
      rule(1, forwardTo('web'), {
        conditions: [{ field: 'path-pattern', values: ['/api/*'] }],
        transforms: [toV2, { type: 'host-header-rewrite', regex: '^(.+)\\.example\\.com', replace: '$1.internal' }],
      }),
      rule('default', NOT_FOUND),
    ],
  });
  await alb.addTarget('web', target);
  const { body } = await ask(alb.port, 'GET /api/users?q=%2F', 'Host: shop.example.com');
  expect(body).toBe(`shop.internal:${alb.port} /v2/users?q=%2F`);
  const { record } = await alb.logged(200);
  expect(record).toMatchObject({
    actions: ['rewrite', 'forward'],
    transformedHost: 'shop.internal',
    transformedUri: '/v2/users?q=%2F',
    transformStatus: 'TransformSuccess',
  });
});

test('redirects with the rewritten URL', async () => {
  await using alb = await albWith(
    rule(
      1,
      { type: 'redirect', statusCode: 301, protocol: 'HTTPS', host: 'api.example.com', port: '80' },
      {
        conditions: [{ field: 'path-pattern', values: ['/api/*'] }],
        transforms: [toV2],
      },
    ),
  );
  const { location } = await ask(alb.port, 'GET /api/v1/users', 'Host: a');
  expect(location).toBe('https://api.example.com:80/v2/v1/users');
});

test('answers 500 when a transform makes an invalid URL', async () => {
  await using alb = await albWith(
    rule(1, FIXED, {
      conditions: [{ field: 'path-pattern', values: ['/api*'] }],
      transforms: [{ type: 'url-rewrite', regex: '^/', replace: 'no slash' }],
    }),
  );
  expect((await ask(alb.port, 'GET /api', 'Host: a')).status).toBe(500);
  expect((await alb.logged(500)).record.transformStatus).toBe('TransformInvalidPath');
});

test('adds the response headers of the listener in place of those of the target', async () => {
  await using target = await startTarget((_, response) => {
    response.setHeader('x-frame-options', 'SAMEORIGIN');
    response.end('ok');
  });
  const attributes = { 'routing.http.response.x_frame_options.header_value': 'DENY' };
  await using alb = await startTestAlb({
    loadBalancer: loadBalancer([listener([rule('default', forwardTo('web'))], { attributes })]),
  });
  await alb.addTarget('web', target);
  expect((await fetch(alb.url)).headers.get('x-frame-options')).toBe('DENY');
});

test('leaves Server out of its own answers where the listener says so, and passes that of the target on', async () => {
  await using target = await startTarget((_, response) => {
    response.setHeader('server', 'target/1.0');
    response.end('ok');
  });
  const attributes = { 'routing.http.response.server.enabled': 'false' };
  await using alb = await startTestAlb({
    loadBalancer: loadBalancer([listener([rule('default', forwardTo('web'))], { attributes })]),
  });
  const own = await fetch(alb.url);
  expect({ status: own.status, server: own.headers.get('server') }).toEqual({ status: 503, server: null });
  await alb.addTarget('web', target);
  expect((await fetch(alb.url)).headers.get('server')).toBe('target/1.0');
});

test('rewrites a host without its port', async () => {
  await using target = await startTarget((request, response) => response.end(request.headers.host));
  await using alb = await startTestAlb({
    rules: [
      rule(1, forwardTo('web'), {
        conditions: [{ field: 'path-pattern', values: ['/*'] }],
        transforms: [{ type: 'host-header-rewrite', regex: '^(.*)$', replace: 'x.$1' }],
      }),
      rule('default', NOT_FOUND),
    ],
  });
  await alb.addTarget('web', target);
  expect((await ask(alb.port, 'GET /', 'Host: example.com:99')).body).toBe(`x.example.com:${alb.port}`);
});

test('answers 500 when a transform makes an invalid host', async () => {
  await using alb = await albWith(
    rule(1, FIXED, {
      conditions: [{ field: 'path-pattern', values: ['/*'] }],
      transforms: [{ type: 'host-header-rewrite', regex: '^', replace: 'no host ' }],
    }),
  );
  expect((await ask(alb.port, 'GET /', 'Host: a.b')).status).toBe(500);
  expect((await alb.logged(500)).record.transformStatus).toBe('TransformInvalidHost');
});
