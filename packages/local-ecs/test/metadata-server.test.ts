import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blueprintOf } from './blueprint.ts';
import { startTestLab } from './lab.ts';
import type { TestLab } from './lab.ts';

let lab: TestLab;
let runtimeId = '';

beforeAll(async () => {
  const container = { logDriver: 'awslogs', logOptions: { 'awslogs-group': 'web' } };
  lab = await startTestLab(blueprintOf([{ name: 'web', container }]));
  await lab.ecs.run();
  const { taskArns } = await lab.client.send(new ListTasksCommand({ cluster: 'test' }));
  const { tasks } = await lab.client.send(new DescribeTasksCommand({ cluster: 'test', tasks: taskArns }));
  runtimeId = tasks?.[0]?.containers?.[0]?.runtimeId ?? '';
});
afterAll(async () => await lab[Symbol.asyncDispose]());

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${lab.ecs.metadataUrl}${path}`);
  return { status: answer.status, body: await answer.json() };
}

test('answers a container’s document', async () => {
  const address = `127.${lab.ecs.addressOctet}.2.4`;
  expect(await get(`/v4/${runtimeId}`)).toMatchObject({
    status: 200,
    body: {
      DockerId: runtimeId,
      Name: 'web',
      Ports: [{ ContainerPort: 3000, Protocol: 'tcp' }],
      Labels: {
        'com.amazonaws.ecs.container-name': 'web',
        'com.amazonaws.ecs.task-definition-family': 'web',
        'com.amazonaws.ecs.task-definition-version': '1',
      },
      KnownStatus: 'RUNNING',
      Type: 'NORMAL',
      LogDriver: 'awslogs',
      LogOptions: { 'awslogs-group': 'web' },
      Networks: [
        {
          NetworkMode: 'awsvpc',
          IPv4Addresses: [address],
          IPv4SubnetCIDRBlock: `127.${lab.ecs.addressOctet}.2.0/24`,
          SubnetGatewayIpv4Address: `127.${lab.ecs.addressOctet}.2.1/24`,
          PrivateDNSName: `ip-${address.replaceAll('.', '-')}.ec2.internal`,
        },
      ],
    },
  });
});

test('answers the task’s document, with tags too, and statistics by container', async () => {
  const { body } = await get(`/v4/${runtimeId}/task`);
  expect(body).toMatchObject({ Family: 'web', Containers: [{ DockerId: runtimeId }] });
  expect((await get(`/v4/${runtimeId}/taskWithTags`)).body).toEqual(body);
  expect((await get(`/v4/${runtimeId}/stats`)).body).toMatchObject({ id: runtimeId });
  expect((await get(`/v4/${runtimeId}/task/stats`)).body).toHaveProperty([runtimeId]);
});

test.each(['/', '//', '/v4/unknown', '/v3/task', '/v4/', '/v4/%00/task'])('answers 404 for %s', async (path) => {
  expect((await get(path)).status).toBe(404);
});

test('answers 404 for an unknown document of a known container', async () => {
  expect((await get(`/v4/${runtimeId}/nope`)).status).toBe(404);
});
