import { once } from 'node:events';
import { createServer } from 'node:net';
import { DescribeTasksCommand, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import type { Task } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import type { TaskEvent } from '../src/index.ts';
import { blueprintOf } from './blueprint.ts';
import { isTask, startTestLab } from './lab.ts';
import type { TestLab } from './lab.ts';

const cluster = 'test';

async function tasksOf({ client }: TestLab, serviceName: string): Promise<Task[]> {
  const { taskArns = [] } = await client.send(new ListTasksCommand({ cluster, serviceName }));
  if (taskArns.length === 0) return [];
  return (await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? [];
}

function detailOf(task: Task | undefined, name: string): string {
  return task?.attachments?.[0]?.details?.find((detail) => detail.name === name)?.value ?? '';
}

test('a task has its task definition’s environment, what ECS adds, and nothing of the lab’s', async () => {
  process.env['SECRET_OF_THE_LAPTOP'] = 'yes';
  await using lab = await startTestLab(blueprintOf([{ name: 'web' }]));
  await lab.ecs.run();
  const address = `127.${lab.ecs.addressOctet}.2.4`;
  const environment = (await (await fetch(`http://${address}:3000/env`)).json()) as Record<string, string>;
  expect(Object.keys(environment).toSorted((one, other) => one.localeCompare(other))).toEqual([
    'AWS_ACCESS_KEY_ID',
    'AWS_DEFAULT_REGION',
    'AWS_ENDPOINT_URL_SERVICEDISCOVERY',
    'AWS_EXECUTION_ENV',
    'AWS_REGION',
    'AWS_SECRET_ACCESS_KEY',
    'ECS_CONTAINER_METADATA_URI_V4',
    'NODE_COMPILE_CACHE',
    'PATH',
    'PORT',
    'SERVICE_NAME',
  ]);
  expect(environment['AWS_ENDPOINT_URL_SERVICEDISCOVERY']).toMatch(
    /^http:\/\/servicediscovery\.us-east-1\.amazonaws\.com:\d+$/,
  );
});

test('a task reads its own metadata', async () => {
  await using lab = await startTestLab(blueprintOf([{ name: 'web' }]));
  await lab.ecs.run();
  const address = `127.${lab.ecs.addressOctet}.2.4`;
  const metadata: unknown = await (await fetch(`http://${address}:3000/metadata`)).json();
  expect(metadata).toMatchObject({
    Cluster: 'arn:aws:ecs:us-east-1:000000000000:cluster/test',
    Family: 'web',
    Revision: '1',
    KnownStatus: 'RUNNING',
    AvailabilityZone: 'us-east-1a',
    LaunchType: 'FARGATE',
    ServiceName: 'web',
    Limits: { CPU: 0.25, Memory: 512 },
    Containers: [{ Name: 'web', Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: [address] }] }],
  });
});

test('a killed task is deregistered and replaced at once', async () => {
  await using lab = await startTestLab(
    blueprintOf([{ name: 'web', desiredCount: 2, loadBalanced: true, records: 'A' }]),
  );
  await lab.ecs.run();
  const victim = (await tasksOf(lab, 'web')).find((task) => task.availabilityZone === 'us-east-1b');
  const address = detailOf(victim, 'privateIPv4Address');
  process.kill(Number(detailOf(victim, 'localProcessId')), 'SIGKILL');
  const taskId = victim?.taskArn?.split('/').at(-1) ?? '';
  const stopped = await lab.event(isTask((event) => event.taskId === taskId && event.to === 'STOPPED'));
  expect(stopped).toMatchObject({ reason: 'Essential container in task exited', exitCode: 137 });
  expect(lab.aws.targetsIn('healthy')).not.toContain(`${address}:3000`);
  expect(lab.aws.instances.get('srv-web')?.has(taskId)).toBe(false);
  await lab.steadyAgain('web');
  expect(lab.aws.targetsIn('healthy')).toHaveLength(2);
  expect(lab.aws.instancesOf('srv-web')).toHaveLength(2);
  const zones = new Set((await tasksOf(lab, 'web')).map((task) => task.availabilityZone));
  expect(zones).toEqual(new Set(['us-east-1a', 'us-east-1b']));
  const { tasks } = await lab.client.send(new DescribeTasksCommand({ cluster, tasks: [taskId] }));
  expect(tasks?.[0]).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    containers: [{ exitCode: 137 }],
  });
});

test('a task whose address another program holds fails with the reason, and its replacement has another address', async () => {
  const intruder = createServer().listen(3000, '127.39.2.4');
  await once(intruder, 'listening');
  await using lab = await startTestLab(blueprintOf([{ name: 'web' }]), { addressOctet: 39 });
  await lab.ecs.run();
  const stopped = await lab.event(isTask((event) => event.to === 'STOPPED'));
  const { tasks } = await lab.client.send(new DescribeTasksCommand({ cluster, tasks: [stopped.taskId] }));
  expect(tasks?.[0]?.containers?.[0]?.reason).toBe(
    '127.39.2.4:3000 is in use by another program; end it or give this lab other addresses.',
  );
  const [replacement] = await tasksOf(lab, 'web');
  expect(detailOf(replacement, 'privateIPv4Address')).not.toBe('127.39.2.4');
  intruder.close();
});

test('StopTask deregisters the task, ends it in order and keeps the reason; it is replaced', async () => {
  await using lab = await startTestLab(blueprintOf([{ name: 'web', loadBalanced: true }]));
  await lab.ecs.run();
  const [victim] = await tasksOf(lab, 'web');
  const { task } = await lab.client.send(
    new StopTaskCommand({ cluster, task: victim?.taskArn, reason: 'a look at it' }),
  );
  expect(task).toMatchObject({ desiredStatus: 'STOPPED' });
  const ofVictim = (event: TaskEvent): boolean => victim?.taskArn?.endsWith(event.taskId) === true;
  const stopped = await lab.event(isTask((event) => ofVictim(event) && event.to === 'STOPPED'));
  expect(stopped).toMatchObject({ reason: 'a look at it', exitCode: 0 });
  expect(stopped.lastLines).toEqual(['listening', 'stopping']);
  const way = lab.events.filter(isTask(ofVictim)).map((event) => event.to);
  expect(way).toEqual(['PENDING', 'ACTIVATING', 'RUNNING', 'DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED']);
  await lab.steadyAgain('web');
  expect(await tasksOf(lab, 'web')).toHaveLength(1);
});

test('a task that ignores SIGTERM is killed after its stop timeout', async () => {
  const container = { stopTimeoutSeconds: 0.2 };
  await using lab = await startTestLab(blueprintOf([{ name: 'slow', app: 'slow', container }]));
  await lab.ecs.run();
  const [victim] = await tasksOf(lab, 'slow');
  await lab.client.send(new StopTaskCommand({ cluster, task: victim?.taskArn }));
  const stopped = await lab.event(isTask((event) => event.to === 'STOPPED'));
  expect(stopped.exitCode).toBe(137);
});

test('a task whose target becomes unhealthy is replaced first and stopped then, with ECS’s reason', async () => {
  await using lab = await startTestLab(blueprintOf([{ name: 'web', desiredCount: 2, loadBalanced: true }]));
  await lab.ecs.run();
  const [sick] = await tasksOf(lab, 'web');
  lab.aws.setTarget(detailOf(sick, 'privateIPv4Address'), 'unhealthy', 'Request timed out');
  const stopped = await lab.event(isTask((event) => event.to === 'STOPPED'));
  expect(stopped.taskId).toBe(sick?.taskArn?.split('/').at(-1));
  expect(stopped.reason).toMatch(/^Task failed ELB health checks in \(target-group arn:aws:elasticloadbalancing:/);
  const third = lab.events.findIndex((event) => event.kind === 'task' && event.to === 'RUNNING' && isThird(lab, event));
  const left = lab.events.findIndex((event) => event.kind === 'task' && event.to === 'DEACTIVATING');
  expect(third).toBeGreaterThan(0);
  expect(third).toBeLessThan(left);
  expect(lab.messages().some((message) => message.includes('is unhealthy in (target-group'))).toBe(true);
});

test.each(['us-east-1a', 'us-east-1b'])('an unhealthy task in %s is replaced in its zone', async (zone) => {
  await using lab = await startTestLab(blueprintOf([{ name: 'web', desiredCount: 2, loadBalanced: true }]));
  await lab.ecs.run();
  const sick = (await tasksOf(lab, 'web')).find((task) => task.availabilityZone === zone);
  lab.aws.setTarget(detailOf(sick, 'privateIPv4Address'), 'unhealthy', 'Request timed out');
  await lab.event(isTask((event) => event.to === 'STOPPED'));
  const replacement = lab.events.findLast(isTask((event) => event.to === 'RUNNING'));
  expect(replacement).toMatchObject({ availabilityZone: zone });
});

function isThird(lab: TestLab, event: TaskEvent): boolean {
  const order = [...new Set(lab.events.flatMap((each) => (each.kind === 'task' ? [each.taskId] : [])))];
  return order.indexOf(event.taskId) === 2;
}

test('a task that never listens counts as running after a while, and its target decides', async () => {
  await using lab = await startTestLab(blueprintOf([{ name: 'mute', app: 'mute', loadBalanced: true }]), {
    listenTimeoutMs: 50,
  });
  lab.aws.registeredState = 'unhealthy';
  await expect(lab.ecs.run()).rejects.toMatchObject({
    code: 'LOCAL_ECS_SERVICE_FAILED',
    message: expect.stringContaining('Task failed ELB health checks') as string,
  });
  expect(lab.events.find((event) => event.kind === 'trouble')).toMatchObject({
    doing: 'await',
    reason: expect.stringMatching(/^Nothing listens on port 3000 of the task's own address yet;/) as string,
  });
});

test('the proxy of a task starts before it and its aliases resolve inside', async () => {
  const started: unknown[] = [];
  const closed: string[] = [];
  const blueprint = blueprintOf([
    { name: 'web', connect: true },
    { name: 'resolver', app: 'resolver', connect: true },
  ]);
  await using lab = await startTestLab(blueprint, {
    startSidecar: async ({ taskId, address, endpoints }) => {
      started.push({ address, endpoints });
      await Promise.resolve();
      return {
        hosts: Object.fromEntries(endpoints.map(({ dnsName, listenAddress }) => [dnsName, listenAddress])),
        async [Symbol.asyncDispose]() {
          closed.push(taskId);
          await Promise.resolve();
        },
      };
    },
  });
  await lab.ecs.run();
  const vip = `127.${265 - lab.ecs.addressOctet}`;
  expect(started[0]).toMatchObject({
    address: `127.${lab.ecs.addressOctet}.2.4`,
    endpoints: [
      { dnsName: 'resolver.mesh', port: 3000, listenAddress: `${vip}.0.1` },
      { dnsName: 'web.mesh', port: 3000, listenAddress: `${vip}.0.2` },
    ],
  });
  const line = await lab.event((event) => event.kind === 'log' && event.service === 'resolver');
  expect(line).toMatchObject({ line: `${vip}.1.2` });
  const [task] = await tasksOf(lab, 'web');
  await lab.client.send(new StopTaskCommand({ cluster, task: task?.taskArn }));
  await lab.event(isTask((event) => event.to === 'STOPPED'));
  expect(task?.taskArn?.endsWith(closed[0] ?? 'none')).toBe(true);
});

test('a service that offers Service Connect gets a Cloud Map service managed by ECS, once', async () => {
  await using lab = await startTestLab(blueprintOf([{ name: 'web', desiredCount: 2, connect: true }]));
  await lab.ecs.run();
  const created = lab.aws.calls.filter(({ operation }) => operation === 'CreateService');
  expect(created.map(({ input }) => input)).toMatchObject([
    {
      Name: 'web',
      NamespaceId: 'ns-mesh',
      Type: 'HTTP',
      Description: 'Managed by arn:aws:ecs:us-east-1:000000000000:service/test/web',
      Tags: [{ Key: 'AmazonECSManaged', Value: 'true' }],
    },
  ]);
  await lab.until(() => lab.aws.instancesOf('srv-sc-web').length === 2);
  expect(lab.aws.instancesOf('srv-sc-web')[0]).toMatchObject({
    AWS_INSTANCE_PORT: '3000',
    AvailabilityZone: expect.stringMatching(/^us-east-1[ab]$/) as string,
    DeploymentId: expect.stringMatching(/:task-set\/test\/web\/ecs-svc\/\d{19}$/) as string,
  });
});

test('a Service Connect service that Cloud Map has already is used', async () => {
  await using lab = await startTestLab(blueprintOf([{ name: 'web', connect: true }]));
  lab.aws.createdServices.set('web', 'srv-existing');
  await lab.ecs.run();
  await lab.until(() => lab.aws.instancesOf('srv-existing').length === 1);
  expect(lab.aws.instances.has('srv-sc-web')).toBe(false);
});

test('a task whose proxy does not start fails with the proxy’s reason', async () => {
  await using lab = await startTestLab(blueprintOf([{ name: 'web', connect: true }]), {
    startSidecar: async () => await Promise.reject(new Error('127.255.0.1:3000 is taken.')),
  });
  await expect(lab.ecs.run()).rejects.toMatchObject({
    message: 'Service web does not start: 127.255.0.1:3000 is taken.',
  });
});
