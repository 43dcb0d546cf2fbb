import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Service } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { blueprintOf } from './blueprint.ts';
import { isTask, startTestLab } from './lab.ts';
import type { TestLab } from './lab.ts';

const cluster = 'test';

async function describe({ client }: TestLab, name: string): Promise<Service> {
  const { services } = await client.send(new DescribeServicesCommand({ cluster, services: [name] }));
  const [service] = services ?? [];
  if (service === undefined) throw new Error(`no service ${name}`);
  return service;
}

function runningIn({ events }: TestLab): Set<string> {
  const running = new Set<string>();
  for (const event of events) {
    if (event.kind !== 'task') continue;
    if (event.to === 'RUNNING') running.add(event.taskId);
    else running.delete(event.taskId);
  }
  return running;
}

test('scaling out starts tasks, scaling in drains one before its SIGTERM', async () => {
  await using lab = await startTestLab(blueprintOf([{ name: 'web', desiredCount: 2, loadBalanced: true }]));
  await lab.ecs.run();
  lab.aws.deregisteredState = 'draining';
  await lab.client.send(new UpdateServiceCommand({ cluster, service: 'web', desiredCount: 3 }));
  await lab.steadyAgain('web');
  expect(runningIn(lab).size).toBe(3);
  await lab.client.send(new UpdateServiceCommand({ cluster, service: 'web', desiredCount: 2 }));
  const leaving = await lab.event(isTask((event) => event.to === 'DEACTIVATING'));
  await lab.until(() => lab.aws.targetsIn('draining').length === 1);
  await lab.event(
    (event) => event.kind === 'service' && event.message.includes('has begun draining connections on 1 tasks.'),
  );
  expect(lab.events.some((event) => event.kind === 'task' && event.to === 'STOPPING')).toBe(false);
  lab.aws.setTarget(leaving.address, 'unused');
  const stopped = await lab.event(isTask((event) => event.to === 'STOPPED'));
  expect(stopped).toMatchObject({ taskId: leaving.taskId, exitCode: 0 });
  expect(stopped.reason).toMatch(/^Scaling activity initiated by \(deployment ecs-svc\/\d{19}\)$/);
});

test('a new deployment replaces every task without ever having fewer than desired', async () => {
  await using lab = await startTestLab(blueprintOf([{ name: 'web', desiredCount: 2, loadBalanced: true }]));
  await lab.ecs.run();
  const old = runningIn(lab);
  const counts: number[] = [];
  const before = lab.events.length;
  const { service } = await lab.client.send(
    new UpdateServiceCommand({ cluster, service: 'web', forceNewDeployment: true }),
  );
  expect(service?.deployments?.map(({ status, rolloutState }) => [status, rolloutState])).toEqual([
    ['PRIMARY', 'IN_PROGRESS'],
    ['ACTIVE', 'COMPLETED'],
  ]);
  await lab.until(() => {
    counts.push(runningIn(lab).size);
    return lab.messages().filter((message) => message.endsWith('deployment completed.')).length === 2;
  });
  expect(Math.min(...counts)).toBe(2);
  expect([...runningIn(lab)].some((id) => old.has(id))).toBe(false);
  const messages = lab.events
    .slice(before)
    .flatMap((event) => (event.kind === 'service' ? [event.message.replaceAll(/[0-9a-f]{32}|\d{19}/g, '…')] : []));
  expect(messages[0]).toBe('(service web) has started 2 tasks: (task …) (task …).');
  expect(messages.at(-1)).toBe('(service web) has reached a steady state.');
  const { deployments } = await describe(lab, 'web');
  expect(deployments?.[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2 });
});

test('without room above the desired count one task at a time leaves first', async () => {
  const deployment = {
    maximumPercent: 100,
    minimumHealthyPercent: 50,
    circuitBreaker: { enable: true, rollback: true },
  };
  const blueprint = blueprintOf([{ name: 'web', desiredCount: 2, loadBalanced: true, service: { deployment } }]);
  await using lab = await startTestLab(blueprint);
  await lab.ecs.run();
  const counts: number[] = [];
  await lab.client.send(new UpdateServiceCommand({ cluster, service: 'web', forceNewDeployment: true }));
  await lab.until(() => {
    counts.push(runningIn(lab).size);
    return lab.messages().filter((message) => message.endsWith('deployment completed.')).length === 2;
  });
  expect(Math.min(...counts)).toBe(1);
  expect(Math.max(...counts)).toBe(2);
});

test('the circuit breaker stops a deployment that cannot start and rolls back', async () => {
  const deployment = {
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    circuitBreaker: { enable: true, rollback: true },
  };
  const blueprint = blueprintOf([
    { name: 'web', loadBalanced: true, service: { deployment } },
    { name: 'broken', app: 'crash', desiredCount: 0 },
  ]);
  await using lab = await startTestLab(blueprint);
  await lab.ecs.run();
  const [good] = runningIn(lab);
  const { service } = await lab.client.send(
    new UpdateServiceCommand({ cluster, service: 'web', taskDefinition: 'broken:1' }),
  );
  expect(service?.taskDefinition).toMatch(/task-definition\/broken:1$/);
  await lab.steadyAgain('web');
  expect(lab.messages().some((message) => message.endsWith('deployment failed: tasks failed to start.'))).toBe(true);
  expect(
    lab.messages().some((message) => /^\(service web\) rolling back to deployment ecs-svc\/\d{19}\.$/.test(message)),
  ).toBe(true);
  const after = await describe(lab, 'web');
  expect(after.taskDefinition).toMatch(/task-definition\/web:1$/);
  expect(after.deployments?.[0]).toMatchObject({ rolloutState: 'COMPLETED', failedTasks: 0 });
  const failed = lab.events.find((event) => event.kind === 'deployment' && event.rolloutState === 'FAILED');
  expect(failed).toMatchObject({
    reason: expect.stringMatching(/^ECS deployment circuit breaker: tasks failed to start\. Rolling back/) as string,
  });
  expect(good).toBeDefined();
});

test('a service that ends at start fails with its exit code and last lines, and is not tried again', async () => {
  await using lab = await startTestLab(blueprintOf([{ name: 'crash', app: 'crash' }]));
  await expect(lab.ecs.run()).rejects.toMatchObject({
    code: 'LOCAL_ECS_SERVICE_FAILED',
    message:
      'Service crash does not start: Essential container in task exited (container crash, exit code 3). Its last lines:\n  DATABASE_URL is not set',
  });
  const { deployments, events } = await describe(lab, 'crash');
  expect(deployments?.[0]).toMatchObject({
    rolloutState: 'FAILED',
    rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
    failedTasks: 3,
  });
  expect(events?.[0]?.message).toMatch(/deployment failed: tasks failed to start\.$/);
  expect(lab.events.filter(isTask((event) => event.to === 'PENDING'))).toHaveLength(3);
});

test('without a circuit breaker the start is reported as failed while ECS keeps trying', async () => {
  const deployment = {
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    circuitBreaker: { enable: false, rollback: false },
  };
  await using lab = await startTestLab(blueprintOf([{ name: 'crash', app: 'crash', service: { deployment } }]));
  await expect(lab.ecs.run()).rejects.toMatchObject({ code: 'LOCAL_ECS_SERVICE_FAILED' });
  expect(lab.messages().at(-1)).toMatch(/is unable to consistently start tasks successfully\./);
  await lab.until(() => lab.events.filter(isTask((event) => event.to === 'PENDING')).length > 3);
});

test('a task that cannot be registered is stopped and says why', async () => {
  await using lab = await startTestLab(blueprintOf([{ name: 'web', loadBalanced: true }]));
  lab.aws.registerError = 'The target group is full.';
  await expect(lab.ecs.run()).rejects.toMatchObject({
    message: expect.stringContaining('Task failed to register: The target group is full.') as string,
  });
});
