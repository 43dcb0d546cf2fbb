import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import type { Container } from '@switchyard/blueprint';
import { expect, test } from 'vitest';
import { blueprintOf } from './blueprint.ts';
import { isTask, startTestLab } from './lab.ts';

const script =
  "fetch('http://localhost:3000/').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))";

function checked(command: readonly string[], intervalSeconds = 0.1): Partial<Container> {
  return { healthCheck: { command, intervalSeconds, timeoutSeconds: 5, retries: 2, startPeriodSeconds: 0 } };
}

test.each([
  ['CMD', ['CMD', 'node', '-e', script]],
  ['CMD-SHELL', ['CMD-SHELL', `node -e "${script}"`]],
])('a %s health check runs inside the task’s network and decides its health', async (_, command) => {
  const blueprint = blueprintOf([
    { name: 'web', app: 'checked', records: 'A', connect: true, container: checked(command, 60) },
  ]);
  await using lab = await startTestLab(blueprint);
  await lab.ecs.run();
  const [instance] = lab.aws.instancesOf('srv-web');
  expect(instance).toMatchObject({ AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
  await lab.until(() => lab.aws.calls.some(({ operation }) => operation === 'UpdateInstanceCustomHealthStatus'));
  const update = lab.aws.calls.find(({ operation }) => operation === 'UpdateInstanceCustomHealthStatus');
  expect(update?.input).toMatchObject({ ServiceId: 'srv-web', Status: 'HEALTHY' });
  await lab.until(() => lab.aws.instancesOf('srv-sc-web').length === 1);
  const { taskArns } = await lab.client.send(new ListTasksCommand({ cluster: 'test' }));
  const { tasks } = await lab.client.send(new DescribeTasksCommand({ cluster: 'test', tasks: taskArns }));
  expect(tasks?.[0]).toMatchObject({ healthStatus: 'HEALTHY', containers: [{ healthStatus: 'HEALTHY' }] });
});

test('a container that fails its checks is reported to Cloud Map, replaced and stopped', async () => {
  const container = checked(['CMD', 'node', '-e', script]);
  await using lab = await startTestLab(blueprintOf([{ name: 'web', app: 'checked', records: 'A', container }]));
  await lab.ecs.run();
  const first = await lab.event(isTask((event) => event.to === 'RUNNING'));
  await fetch(`http://${first.address}:3000/break`);
  const stopped = await lab.event(isTask((event) => event.to === 'STOPPED'));
  expect(stopped).toMatchObject({ taskId: first.taskId, reason: 'Task failed container health checks' });
  expect(lab.messages()).toContain(`(service web) (task ${first.taskId}) failed container health checks.`);
  const statuses = lab.aws.calls.flatMap(({ operation, input }) =>
    operation === 'UpdateInstanceCustomHealthStatus' && input['InstanceId'] === first.taskId ? [input['Status']] : [],
  );
  expect(statuses).toEqual(['HEALTHY', 'UNHEALTHY']);
});
