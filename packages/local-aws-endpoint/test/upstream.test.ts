import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { json, query, scope, start } from './apis.ts';

async function startServer(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close };
}

describe('an upstream', () => {
  test('gets AWS JSON requests by their target and AWS Query requests by their credential scope', async () => {
    await using elsewhere = await start();
    const targetPrefix = 'Route53AutoNaming_v20170314';
    const { url } = elsewhere;
    await using endpoint = await start({
      apis: [],
      upstreams: [
        { service: 'servicediscovery', targetPrefix, url },
        { service: 'autoscaling', url },
      ],
    });
    expect((await json(endpoint.url, 'Echo', '{"a":1}')).body).toEqual({ input: { a: 1 }, at: 1 });
    const { body } = await query(endpoint.url, { Action: 'Describe' }, { authorization: scope('autoscaling') });
    expect(body['DescribeResponse'].DescribeResult).toEqual({ From: 'autoscaling' });
  });

  test.each(['//{other}/x', 'http://{other}/x', '/\\\\{other}/x', '*', '//'])(
    'gets what is asked for at %j, and no other server does',
    async (target) => {
      const asked: (string | undefined)[] = [];
      const answeringAs = (name: string): RequestListener => {
        return (request, response) => {
          asked.push(`${name} ${request.url}`);
          response.end('{}');
        };
      };
      await using other = await startServer(answeringAs('other'));
      await using own = await startServer(answeringAs('own'));
      await using endpoint = await start({
        apis: [],
        upstreams: [{ service: 'a', targetPrefix: 'A', url: own.url }],
      });
      const { host, hostname, port } = new URL(endpoint.url);
      const socket = connect(Number(port), hostname);
      const path = target.replace('{other}', new URL(other.url).host);
      socket.write(`POST ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nX-Amz-Target: A.B\r\n\r\n`);
      await socket.toArray();
      expect(asked).toEqual(['own /']);
    },
  );

  test.each(['HTTP/1.1 000 OK', 'HTTP/1.1 099 OK', 'HTTP/1.1 101 Switching Protocols', 'rubbish'])(
    'that answers %j is a 503, too',
    async (head) => {
      await using odd = await startServer(({ socket }) => socket.end(`${head}\r\nContent-Length: 0\r\n\r\n`));
      const upstreams = [{ service: 'a', targetPrefix: 'A', url: odd.url }];
      await using endpoint = await start({ upstreams });
      const { response, body } = await json(endpoint.url, 'B', '{}', 'A');
      expect([response.status, body['__type']]).toEqual([503, 'ServiceUnavailable']);
      expect((await json(endpoint.url, 'Echo', '{}')).response.status).toBe(200);
    },
  );

  test('passes errors on with their status', async () => {
    await using elsewhere = await start();
    const upstream = { service: 'servicediscovery', targetPrefix: 'Route53AutoNaming_v20170314', url: elsewhere.url };
    await using endpoint = await start({ apis: [], upstreams: [upstream] });
    const { response, body } = await json(endpoint.url, 'Refuse', '{}');
    expect([response.status, body]).toEqual([400, { __type: 'ServiceNotFound', Message: 'No such service.' }]);
  });

  test('that nobody answers for is a 503 that the SDKs retry', async () => {
    const gone = await start();
    await gone[Symbol.asyncDispose]();
    const upstream = { service: 'servicediscovery', targetPrefix: 'Route53AutoNaming_v20170314', url: gone.url };
    await using endpoint = await start({ apis: [], upstreams: [upstream] });
    const { response, body } = await json(endpoint.url, 'Echo', '{}');
    expect([response.status, body['__type']]).toEqual([503, 'ServiceUnavailable']);
  });
});
