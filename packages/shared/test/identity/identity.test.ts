import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { identityOfMetadata } from '../../src/identity/identity.ts';
import { buildIdentitySource } from '../../src/identity/identity-source.ts';

const TASK = {
  Cluster: 'arn:aws:ecs:us-east-1:000000000000:cluster/switchyard',
  TaskARN: 'arn:aws:ecs:us-east-1:000000000000:task/switchyard/0123456789abcdef0123456789abcdef',
  Family: 'api',
  Revision: '3',
  AvailabilityZone: 'us-east-1a',
  Containers: [
    { Name: 'ecs-service-connect-x', Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: ['10.10.2.9'] }] },
    { Name: 'api', Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: ['10.10.2.17'] }] },
  ],
};

async function startMetadata(answer: () => unknown) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += request.url === '/v4/x/task' ? 1 : 0;
    response.end(JSON.stringify(answer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v4/x`,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('reads service, task, revision, zone and the own container’s address from task metadata', () => {
  expect(identityOfMetadata(TASK, 'api')).toEqual({
    service: 'api',
    taskId: '0123456789abcdef0123456789abcdef',
    taskDefinition: 'api:3',
    cluster: 'switchyard',
    zone: 'us-east-1a',
    address: '10.10.2.17',
    source: 'task metadata',
  });
});

test('reads any JSON without failing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      expect(identityOfMetadata(json, 'api')).toSatisfy(
        (value: unknown) => value === undefined || typeof value === 'object',
      );
    }),
  );
});

test('asks the metadata endpoint once', async () => {
  await using metadata = await startMetadata(() => TASK);
  const identity = buildIdentitySource({ service: 'api', metadataUri: metadata.uri, fallbackAddress: '0.0.0.0' });
  const [first, second] = await Promise.all([identity(), identity()]);
  expect(first).toEqual(second);
  expect(await identity()).toMatchObject({ taskDefinition: 'api:3', source: 'task metadata' });
  expect(metadata.asked()).toBe(1);
});

test('falls back with the reason when the endpoint fails, and soon asks again', async () => {
  let answer: unknown = {};
  let nowMs = 0;
  await using metadata = await startMetadata(() => answer);
  const identity = buildIdentitySource({
    service: 'api',
    metadataUri: metadata.uri,
    fallbackAddress: '127.0.0.1',
    now: () => nowMs,
  });
  expect(await identity()).toMatchObject({
    taskId: 'unknown',
    address: '127.0.0.1',
    source: 'none: the task metadata endpoint failed: The answer has no TaskARN.',
  });
  answer = TASK;
  expect((await identity()).taskId).toBe('unknown');
  nowMs = 500;
  expect((await identity()).taskId).toBe('0123456789abcdef0123456789abcdef');
});

test('tries an endpoint that does not know the task yet until it does', async () => {
  await using metadata = await startMetadata(() => (metadata.asked() < 3 ? {} : TASK));
  const identity = buildIdentitySource({
    service: 'api',
    metadataUri: metadata.uri,
    fallbackAddress: '0.0.0.0',
    patienceMs: 60_000,
  });
  expect((await identity()).source).toBe('task metadata');
  expect(metadata.asked()).toBe(3);
});

test('says that a process outside of ECS is run by hand', async () => {
  const identity = buildIdentitySource({ service: 'api', metadataUri: '', fallbackAddress: '127.0.0.1' });
  expect((await identity()).source).toContain('ECS_CONTAINER_METADATA_URI_V4 is not set');
});
