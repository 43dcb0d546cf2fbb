import { Resolver } from 'node:dns/promises';

import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Task } from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startLoad } from './support/load.ts';
import { runLab, startLabProcess } from './support/lab-process.ts';
import type { LabProcess } from './support/lab-process.ts';
import { curl } from './support/lab-under-test.ts';

const cluster = 'switchyard';

interface OtherLoadBalancer {
  readonly type: 'network' | 'classic';
  readonly urls: readonly string[];
}

describe('the lab with network modes', () => {
  let lab: LabProcess;
  let ecs: ECSClient;
  let elb: ElasticLoadBalancingV2Client;

  beforeAll(async () => {
    const ports = ['--port', '0', '--https-port', '0', '--endpoint-port', '0', '--dns-port', '0'];
    lab = await startLabProcess(['--network-modes', ...ports]);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const options = { endpoint: lab.ready.urls.endpoint, region: 'us-east-1', credentials };
    ecs = new ECSClient(options);
    elb = new ElasticLoadBalancingV2Client(options);
  }, 120_000);
  afterAll(async () => {
    ecs.destroy();
    elb.destroy();
    await lab[Symbol.asyncDispose]();
  });

  const tasksOf = async (serviceName: string): Promise<Task[]> => {
    const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, serviceName }));
    return (await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? [];
  };
  const placeOf = (task: Task): { instance: string; port: number } => ({
    instance: task.attachments?.[0]?.details?.find(({ name }) => name === 'privateIPv4Address')?.value ?? '',
    port: task.containers?.[0]?.networkBindings?.[0]?.hostPort ?? 0,
  });
  const resolver = (): Resolver => {
    const found = new Resolver();
    found.setServers([`${lab.ready.dns.host}:${lab.ready.dns.port}`]);
    return found;
  };
  const urlsOf = (type: OtherLoadBalancer['type']): readonly string[] =>
    (lab.ready['otherLoadBalancers'] as OtherLoadBalancer[])
      .filter((each) => each.type === type)
      .flatMap(({ urls }) => urls);
  const whoAnswers = async (url: string): Promise<{ service: string; taskId: string }> =>
    JSON.parse((await curl(`${url}/whoami`)).text) as { service: string; taskId: string };

  it('runs tasks in bridge mode that share an address and differ in their ports', async () => {
    const places = (await tasksOf('worker-bridge')).map(placeOf);
    expect(places).toHaveLength(3);
    const instances = new Set(places.map(({ instance }) => instance));
    expect(instances.size).toBe(2);
    for (const instance of instances) {
      const ports = places.filter((each) => each.instance === instance).map(({ port }) => port);
      expect(new Set(ports).size).toBe(ports.length);
      for (const port of ports) expect(port >= 32_768 && port <= 60_999).toBe(true);
    }
  });

  it('answers for them with SRV records that carry those ports', async () => {
    const records = await resolver().resolveSrv('worker-bridge.switchyard.internal');
    const places = await Promise.all(
      records.map(async ({ name, port }) => ({ instance: (await resolver().resolve4(name))[0] ?? '', port })),
    );
    const inOrder = (all: { instance: string; port: number }[]) =>
      all.map(({ instance, port }) => `${instance}:${port}`).toSorted();
    expect(inOrder(places)).toEqual(inOrder((await tasksOf('worker-bridge')).map(placeOf)));
    for (const { instance, port } of places) {
      expect((await whoAnswers(`http://${instance}:${port}`)).service).toBe('worker-bridge');
    }
  });

  it('reaches them through the Network Load Balancer, whose targets are instances with a port each', async () => {
    for (const url of urlsOf('network')) expect((await whoAnswers(url)).service).toBe('worker-bridge');
    const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
    const group = TargetGroups.find(({ TargetType }) => TargetType === 'instance');
    const { TargetHealthDescriptions = [] } = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: group?.TargetGroupArn }),
    );
    expect(TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State)).toEqual(Array(3).fill('healthy'));
    const ports = (await tasksOf('worker-bridge')).map((task) => placeOf(task).port);
    expect(new Set(TargetHealthDescriptions.map(({ Target }) => Target?.Port))).toEqual(new Set(ports));
    expect(TargetGroups.filter(({ TargetType }) => TargetType === 'ip')).toHaveLength(3);
  });

  it('reaches one task of each instance through the Classic Load Balancer', async () => {
    const [url = ''] = urlsOf('classic');
    const answers = [await whoAnswers(url), await whoAnswers(url)];
    expect(answers.map(({ service }) => service)).toEqual(['worker-classic', 'worker-classic']);
    expect(new Set(answers.map(({ taskId }) => taskId)).size).toBe(2);
  });

  it('runs a task in host mode on each instance’s own port, which the SRV record carries', async () => {
    const records = await resolver().resolveSrv('worker-host.switchyard.internal');
    expect(records.map(({ port }) => port)).toEqual([3000, 3000]);
    for (const task of await tasksOf('worker-host')) {
      expect((await whoAnswers(`http://${placeOf(task).instance}:3000`)).service).toBe('worker-host');
    }
  });

  it('places no second task in host mode on an instance, and says why in an event and in lab status', async () => {
    const endpoint = ['--endpoint-url', lab.ready.urls.endpoint];
    const refused = lab.nextEvent(({ message }) =>
      String(message).includes('already using a port required by your task'),
    );
    const scaled = await runLab(['scale', 'worker-host', '3', '--no-wait', ...endpoint]);
    expect(scaled.code).toBe(0);
    expect((await refused)['message']).toMatch(
      /^\(service worker-host\) was unable to place a task because no container instance met all of its requirements\. The closest matching \(container-instance [0-9a-f]{32}\) is already using a port/,
    );
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['worker-host'] }));
    expect(services[0]).toMatchObject({ desiredCount: 3, runningCount: 2 });
    const { stdout } = await runLab(['status', ...endpoint]);
    expect(stdout).toContain('was unable to place a task');
    expect(stdout).toContain('worker-classic');
    expect(stdout).toMatch(/InService/);
  });

  it('replaces the tasks behind the Network Load Balancer without losing a request', async () => {
    const [url = ''] = urlsOf('network');
    const before = (await tasksOf('worker-bridge')).map(({ taskArn = '' }) =>
      taskArn.slice(taskArn.lastIndexOf('/') + 1),
    );
    const allStopped = Promise.all(
      before.map(async (id) => await lab.nextEvent(({ taskId, to }) => taskId === id && to === 'STOPPED')),
    );
    const load = startLoad(`${url}/whoami`);
    await load.after(20);
    const service = 'worker-bridge';
    await ecs.send(new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }));
    await allStopped;
    await load.after(20);
    const { answered, statuses, errors } = await load.stop();
    expect([...errors]).toEqual([]);
    expect([...statuses]).toEqual([[200, answered]]);
    expect(await tasksOf('worker-bridge')).toHaveLength(3);
  });

  it('leaves the other services as they are', async () => {
    expect((await curl(`${lab.ready.urls.http}/api/whoami`)).status).toBe(200);
    expect(await resolver().resolve4('api.switchyard.internal')).toHaveLength(2);
  });
});
