import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';

import { ListServicesCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsApiError, startAwsEndpoint } from '@switchyard/local-aws-endpoint';
import { describe, expect, test } from 'vitest';

import { asked, buildLabClient, isOnThisMachine } from '../../src/client/lab-client.ts';
import type { LabClient } from '../../src/client/lab-client.ts';
import { labState } from '../../src/client/lab-state.ts';
import { labApis } from './lab-apis.ts';

async function askedOf(server: Server, scheme = 'http'): Promise<unknown> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    using client = buildLabClient(url);
    return await asked(client, labState).catch((error: unknown) => error);
  } finally {
    server.close();
  }
}

function answering(status: number, contentType: string, body: string): RequestListener {
  return (_, response) => response.writeHead(status, { 'content-type': contentType }).end(body);
}

describe('an endpoint that is none', () => {
  const refusal = {
    code: 'LAB_NO_ENDPOINT',
    message: expect.stringMatching(
      /^What answers at \S+ is no AWS API endpoint: the lab's has port 4566, or the one that --endpoint-port or SWITCHYARD_ENDPOINT_PORT gave it\.$/,
    ) as unknown,
  };

  test.each([
    ['a service', answering(404, 'application/json', '{"code":"SERVICE_ROUTE_UNKNOWN","message":"no"}')],
    ['a load balancer', answering(502, 'text/html', '<html><head><title>502 Bad Gateway</title></head></html>')],
    ['a web page', answering(200, 'text/html', '<html></html>')],
    ['nothing to say', answering(404, 'text/plain', '')],
  ])('but %s is named as such, with the port that it would be', async (_, listener) => {
    expect(await askedOf(createHttpServer(listener))).toMatchObject(refusal);
  });

  test('and does not speak HTTP is named as such', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).end('220 hello\r\n'));
    expect(await askedOf(server)).toMatchObject(refusal);
  });

  test('and speaks HTTP where HTTPS is asked for is named as such', async () => {
    const server = createHttpServer(answering(200, 'text/plain', ''));
    expect(await askedOf(server, 'https')).toMatchObject(refusal);
  });
});

test.each([
  ['ecs', async ({ ecs }: LabClient) => await ecs.send(new ListServicesCommand({}))],
  ['elasticloadbalancing', async ({ elb }: LabClient) => await elb.send(new DescribeTargetGroupsCommand({}))],
])('what the lab refuses is quoted: %s', async (service, call) => {
  const refuse = (): never => {
    throw new AwsApiError('NotHereException', 'There is none.');
  };
  const apis = labApis({ services: 1, tasksOfEach: 1 })
    .filter((api) => api.service === service)
    .map((api) => ({ ...api, operations: { ListServices: refuse, DescribeTargetGroups: refuse } }));
  await using endpoint = await startAwsEndpoint({ host: '127.0.0.1', port: 0, apis });
  using client = buildLabClient(endpoint.url);
  await expect(asked(client, call)).rejects.toMatchObject({
    code: 'LAB_API_FAILED',
    message: 'The lab answered NotHereException: There is none.',
  });
});

test.each([
  ['http://127.0.0.1:4566', true],
  ['http://127.8.9.10', true],
  ['http://localhost:4566', true],
  ['http://lab.localhost:4566', true],
  ['http://[::1]:4566', true],
  ['http://192.0.2.1:4566', false],
  ['http://lab.example.com:4566', false],
  ['http://127.0.0.1.example.com', false],
  ['http://notlocalhost', false],
])('whether %s is on this machine: %s', (url, isIt) => {
  expect(isOnThisMachine(url)).toBe(isIt);
});
