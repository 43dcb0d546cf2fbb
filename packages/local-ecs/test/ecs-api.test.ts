import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blueprintOf } from './blueprint.ts';
import { startTestLab } from './lab.ts';
import type { TestLab } from './lab.ts';

const cluster = 'test';
const arn = 'arn:aws:ecs:us-east-1:000000000000';
let lab: TestLab;

beforeAll(async () => {
  lab = await startTestLab(
    blueprintOf([
      { name: 'web', desiredCount: 2, loadBalanced: true, records: 'SRV', connect: true },
      { name: 'api', desiredCount: 1 },
    ]),
  );
  await lab.ecs.run();
});
afterAll(async () => await lab[Symbol.asyncDispose]());

test('lists and describes the cluster', async () => {
  expect((await lab.client.send(new ListClustersCommand({}))).clusterArns).toEqual([`${arn}:cluster/test`]);
  const { clusters, failures } = await lab.client.send(new DescribeClustersCommand({ clusters: [cluster, 'other'] }));
  expect(clusters).toMatchObject([
    { clusterName: 'test', status: 'ACTIVE', runningTasksCount: 3, pendingTasksCount: 0, activeServicesCount: 2 },
  ]);
  expect(failures).toEqual([{ arn: `${arn}:cluster/other`, reason: 'MISSING' }]);
});

test('lists services, page by page', async () => {
  const first = await lab.client.send(new ListServicesCommand({ cluster, maxResults: 1 }));
  const second = await lab.client.send(new ListServicesCommand({ cluster, maxResults: 1, nextToken: first.nextToken }));
  expect([first.serviceArns, second.serviceArns]).toEqual([[`${arn}:service/test/web`], [`${arn}:service/test/api`]]);
  expect(second.nextToken).toBeUndefined();
});

test('describes a service with its deployment, load balancer, registry and events', async () => {
  const { services, failures } = await lab.client.send(
    new DescribeServicesCommand({ cluster: `${arn}:cluster/test`, services: ['web', `${arn}:service/test/nope`] }),
  );
  expect(failures).toEqual([{ arn: `${arn}:service/test/nope`, reason: 'MISSING' }]);
  const [service] = services ?? [];
  expect(service).toMatchObject({
    serviceName: 'web',
    desiredCount: 2,
    runningCount: 2,
    pendingCount: 0,
    taskDefinition: `${arn}:task-definition/web:1`,
    deployments: [
      {
        status: 'PRIMARY',
        rolloutState: 'COMPLETED',
        runningCount: 2,
        serviceConnectConfiguration: { namespace: 'mesh', services: [{ discoveryName: 'web' }] },
      },
    ],
    loadBalancers: [{ containerName: 'web', containerPort: 3000 }],
    serviceRegistries: [{ registryArn: 'arn:aws:servicediscovery:us-east-1:000000000000:service/srv-web' }],
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a', 'subnet-b'], assignPublicIp: 'DISABLED' } },
  });
  expect(service?.events?.[0]?.message).toBe('(service web) has reached a steady state.');
  expect(service?.events?.[0]?.createdAt).toBeInstanceOf(Date);
});

test('lists tasks by service, family, starter and desired status', async () => {
  const countOf = async (filter: object): Promise<number> =>
    (await lab.client.send(new ListTasksCommand({ cluster, ...filter }))).taskArns?.length ?? -1;
  const { services } = await lab.client.send(new DescribeServicesCommand({ cluster, services: ['web'] }));
  expect(await countOf({})).toBe(3);
  expect(await countOf({ serviceName: 'web' })).toBe(2);
  expect(await countOf({ family: 'api' })).toBe(1);
  expect(await countOf({ startedBy: services?.[0]?.deployments?.[0]?.id })).toBe(2);
  expect(await countOf({ desiredStatus: 'STOPPED' })).toBe(0);
  expect(await countOf({ launchType: 'EC2' })).toBe(0);
});

test('describes a task with its address, its containers and its local process', async () => {
  const { taskArns = [] } = await lab.client.send(new ListTasksCommand({ cluster, serviceName: 'api' }));
  const id = taskArns[0]?.split('/').at(-1) ?? '';
  const { tasks, failures } = await lab.client.send(new DescribeTasksCommand({ cluster, tasks: [id, 'missing'] }));
  expect(failures).toEqual([{ arn: `${arn}:task/test/missing`, reason: 'MISSING' }]);
  const [task] = tasks ?? [];
  const address = `127.${lab.ecs.addressOctet}.2.`;
  expect(task).toMatchObject({
    taskArn: `${arn}:task/test/${id}`,
    group: 'service:api',
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    healthStatus: 'UNKNOWN',
    launchType: 'FARGATE',
    cpu: '256',
    containers: [{ name: 'api', lastStatus: 'RUNNING', runtimeId: expect.stringMatching(`^${id}-\\d{10}$`) as string }],
  });
  const details = Object.fromEntries(task?.attachments?.[0]?.details?.map(({ name, value }) => [name, value]) ?? []);
  expect(details['privateIPv4Address']).toMatch(address);
  expect(details['subnetId']).toBe('subnet-a');
  expect(process.kill(Number(details['localProcessId']), 0)).toBe(true);
});

test.each(['web', 'web:1', `${arn}:task-definition/web:1`])('describes the task definition %s', async (name) => {
  const { taskDefinition } = await lab.client.send(new DescribeTaskDefinitionCommand({ taskDefinition: name }));
  expect(taskDefinition).toMatchObject({
    family: 'web',
    revision: 1,
    networkMode: 'awsvpc',
    containerDefinitions: [
      {
        name: 'web',
        essential: true,
        stopTimeout: 2,
        environment: [
          { name: 'SERVICE_NAME', value: 'web' },
          { name: 'PORT', value: '3000' },
        ],
      },
    ],
  });
});

test('lists task definitions by family', async () => {
  const all = await lab.client.send(new ListTaskDefinitionsCommand({}));
  expect(all.taskDefinitionArns).toEqual([`${arn}:task-definition/web:1`, `${arn}:task-definition/api:1`]);
  const some = await lab.client.send(new ListTaskDefinitionsCommand({ familyPrefix: 'api' }));
  expect(some.taskDefinitionArns).toEqual([`${arn}:task-definition/api:1`]);
  const none = await lab.client.send(new ListTaskDefinitionsCommand({ status: 'INACTIVE' }));
  expect(none.taskDefinitionArns).toEqual([]);
});

test('answers AWS’s errors for what does not exist', async () => {
  const { client } = lab;
  await expect(client.send(new ListTasksCommand({}))).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
  await expect(client.send(new ListTasksCommand({ cluster, serviceName: 'x' }))).rejects.toMatchObject({
    name: 'ServiceNotFoundException',
  });
  await expect(client.send(new UpdateServiceCommand({ cluster, service: 'x' }))).rejects.toMatchObject({
    name: 'ServiceNotFoundException',
  });
  await expect(client.send(new StopTaskCommand({ cluster, task: 'x' }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'The referenced task was not found.',
  });
  const unknown = new DescribeTaskDefinitionCommand({ taskDefinition: 'x' });
  await expect(client.send(unknown)).rejects.toMatchObject({
    name: 'ClientException',
    message: 'Unable to describe task definition.',
  });
});

test('refuses what it does not imitate or cannot read, rather than to ignore it', async () => {
  const { client } = lab;
  const refused = { name: 'InvalidParameterException' };
  const platform = new UpdateServiceCommand({ cluster, service: 'web', platformVersion: 'LATEST' });
  await expect(client.send(platform)).rejects.toMatchObject({
    ...refused,
    message: 'The local ECS does not imitate the parameter platformVersion; leave it out.',
  });
  const negative = new UpdateServiceCommand({ cluster, service: 'web', desiredCount: -1 });
  await expect(client.send(negative)).rejects.toMatchObject(refused);
  const tooMany = new UpdateServiceCommand({ cluster, service: 'web', desiredCount: 5001 });
  await expect(client.send(tooMany)).rejects.toMatchObject({
    ...refused,
    message: 'desiredCount must be a whole number from 0 to 5000.',
  });
  const text = new UpdateServiceCommand({ cluster, service: 'web', desiredCount: 'two' as unknown as number });
  await expect(client.send(text)).rejects.toMatchObject(refused);
  await expect(client.send(new DescribeServicesCommand({ cluster, services: [] }))).rejects.toMatchObject(refused);
  await expect(client.send(new DescribeTasksCommand({ cluster, tasks: [] }))).rejects.toMatchObject(refused);
  await expect(client.send(new ListTasksCommand({ cluster, maxResults: 0 }))).rejects.toMatchObject(refused);
  await expect(client.send(new ListTasksCommand({ cluster, nextToken: '!' }))).rejects.toMatchObject(refused);
});
