import {
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  ListContainerInstancesCommand,
  ListTasksCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Task } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { onInstances } from './instances.ts';
import { isTask, startTestLab } from './lab.ts';
import type { TestLab } from './lab.ts';

async function tasksOf({ client }: TestLab, serviceName: string): Promise<Task[]> {
  const { taskArns = [] } = await client.send(new ListTasksCommand({ cluster: 'test', serviceName }));
  return (await client.send(new DescribeTasksCommand({ cluster: 'test', tasks: taskArns }))).tasks ?? [];
}

function addressOf(task: Task | undefined): string {
  return task?.attachments?.[0]?.details?.find(({ name }) => name === 'privateIPv4Address')?.value ?? '';
}

function hostPortOf(task: Task | undefined): number {
  return task?.containers?.[0]?.networkBindings?.[0]?.hostPort ?? 0;
}

const inUse = 'is already using a port required by your task';

describe('in bridge mode', () => {
  it('tasks share an instance’s address, each on a port of its own, where each answers', async () => {
    const spec = { name: 'web', networkMode: 'bridge', hostPort: 0, desiredCount: 2 } as const;
    await using lab = await startTestLab(onInstances([spec], 1));
    await lab.ecs.run();
    const tasks = await tasksOf(lab, 'web');
    const [one, other] = tasks;
    expect(addressOf(one)).toBe(`127.${lab.ecs.addressOctet}.2.254`);
    expect(addressOf(other)).toBe(addressOf(one));
    expect(hostPortOf(one)).not.toBe(hostPortOf(other));
    for (const task of tasks) {
      expect(hostPortOf(task)).toBeGreaterThanOrEqual(32_768);
      const response = await fetch(`http://${addressOf(task)}:${hostPortOf(task)}/`);
      expect(response.status).toBe(200);
    }
    expect(one).toMatchObject({ launchType: 'EC2', capacityProviderName: 'ec2' });
  });

  it('a program reaches itself on the port that it asked for', async () => {
    const check = ['CMD', 'node', '-e', "fetch('http://127.0.0.1:3000/healthz').then((r)=>process.exit(r.ok?0:1))"];
    const healthCheck = { command: check, intervalSeconds: 5, timeoutSeconds: 5, retries: 1, startPeriodSeconds: 5 };
    const spec = { name: 'web', networkMode: 'bridge', hostPort: 0, container: { healthCheck } } as const;
    await using lab = await startTestLab(onInstances([spec], 1));
    await lab.ecs.run();
    expect((await tasksOf(lab, 'web'))[0]?.healthStatus).toBe('HEALTHY');
  });

  it('registers instance and port as target, address and port in Cloud Map', async () => {
    const spec = { name: 'web', networkMode: 'bridge', hostPort: 0, loadBalanced: true, records: 'SRV' } as const;
    await using lab = await startTestLab(onInstances([spec], 1));
    await lab.ecs.run();
    const [task] = await tasksOf(lab, 'web');
    const [instance] = lab.ecs.containerInstances;
    expect(lab.aws.targetsIn('healthy')).toEqual([`${instance?.ec2InstanceId}:${hostPortOf(task)}`]);
    expect(lab.aws.instancesOf('srv-web')).toMatchObject([
      { AWS_INSTANCE_IPV4: addressOf(task), AWS_INSTANCE_PORT: String(hostPortOf(task)) },
    ]);
  });
});

describe('in host mode', () => {
  it('a second task for an instance finds no place, and an event says why', async () => {
    const spec = { name: 'web', networkMode: 'host', desiredCount: 2 } as const;
    await using lab = await startTestLab(onInstances([spec], 1));
    await lab.ecs.run();
    const event = await lab.event(
      ({ kind, ...rest }) => kind === 'service' && 'message' in rest && rest.message.includes(inUse),
    );
    expect(event).toMatchObject({
      message: `(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance ${lab.ecs.containerInstances[0]?.id}) is already using a port required by your task. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
    });
    const tasks = await tasksOf(lab, 'web');
    expect(tasks).toHaveLength(1);
    expect((await fetch(`http://${addressOf(tasks[0])}:3000/`)).status).toBe(200);
  });

  it('a deployment stops the old task first, whose port the new one takes', async () => {
    const deployment = {
      maximumPercent: 100,
      minimumHealthyPercent: 0,
      circuitBreaker: { enable: true, rollback: false },
    };
    const spec = { name: 'web', networkMode: 'host', service: { deployment } } as const;
    await using lab = await startTestLab(onInstances([spec], 1));
    await lab.ecs.run();
    const [old] = await tasksOf(lab, 'web');
    await lab.client.send(new UpdateServiceCommand({ cluster: 'test', service: 'web', forceNewDeployment: true }));
    await lab.steadyAgain('web');
    const [task, ...others] = await tasksOf(lab, 'web');
    expect(others).toEqual([]);
    expect(task?.taskArn).not.toBe(old?.taskArn);
    expect((await fetch(`http://${addressOf(task)}:3000/`)).status).toBe(200);
  });

  it('a task that waits for a port is placed when another service gives the port back', async () => {
    const waiting = { name: 'waiting', networkMode: 'host' } as const;
    const holding = { name: 'holding', networkMode: 'bridge', hostPort: 3000 } as const;
    await using lab = await startTestLab(onInstances([holding, waiting], 1));
    await lab.ecs.run();
    await lab.event((event) => event.kind === 'service' && event.message.includes(inUse));
    const loser =
      lab
        .messages()
        .find((message) => message.includes(inUse))
        ?.includes('service waiting') === true
        ? 'waiting'
        : 'holding';
    const winner = loser === 'waiting' ? 'holding' : 'waiting';
    await lab.scale(winner, 0);
    await lab.event(isTask(({ service, to }) => service === loser && to === 'RUNNING'));
  });
});

describe('behind a Classic Load Balancer', () => {
  it('a task’s instance is registered, and taken out before the task ends', async () => {
    const spec = { name: 'web', networkMode: 'bridge', hostPort: 3001, classic: true } as const;
    await using lab = await startTestLab(onInstances([spec], 1));
    await lab.ecs.run();
    const [instance] = lab.ecs.containerInstances;
    expect(lab.aws.classicInstances).toEqual(new Set([instance?.ec2InstanceId]));
    expect(lab.messages()).toContain('(service web) registered 1 instances in (elb old)');
    const [task] = await tasksOf(lab, 'web');
    await lab.client.send(new StopTaskCommand({ cluster: 'test', task: task?.taskArn }));
    await lab.event(isTask(({ taskId, to }) => task?.taskArn?.endsWith(taskId) === true && to === 'STOPPING'));
    const operations = lab.aws.calls.map(({ operation }) => operation);
    expect(operations).toContain('DeregisterInstancesFromLoadBalancer');
    await lab.steadyAgain('web');
    expect(lab.aws.classicInstances.size).toBe(1);
  });
});

describe('the ECS API', () => {
  it('lists container instances with the ports that tasks have of them', async () => {
    const spec = { name: 'web', networkMode: 'host' } as const;
    await using lab = await startTestLab(onInstances([spec], 2));
    await lab.ecs.run();
    const { containerInstanceArns } = await lab.client.send(new ListContainerInstancesCommand({ cluster: 'test' }));
    expect(containerInstanceArns).toEqual(lab.ecs.containerInstances.map(({ arn }) => arn));
    const { containerInstances = [] } = await lab.client.send(
      new DescribeContainerInstancesCommand({ cluster: 'test', containerInstances: containerInstanceArns }),
    );
    const seen = containerInstances.map(({ registeredResources, runningTasksCount }) => ({
      ports: registeredResources?.[0]?.stringSetValue,
      runningTasksCount,
    }));
    expect(seen).toEqual(
      expect.arrayContaining([
        { ports: [], runningTasksCount: 0 },
        { ports: ['3000'], runningTasksCount: 1 },
      ]),
    );
  });
});

it('services on instances need instances', async () => {
  await using lab = await startTestLab(onInstances([{ name: 'web', networkMode: 'bridge', hostPort: 0 }], 0));
  await lab.ecs.run();
  expect(lab.messages()).toEqual([expect.stringContaining('No Container Instances were found in your cluster.')]);
});
