import { Resolver } from 'node:dns/promises';

import { DescribeTargetGroupsCommand, DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListTasksCommand } from '@aws-sdk/client-ecs';
import { DiscoverInstancesCommand } from '@aws-sdk/client-servicediscovery';
import { buildLabClient } from '@switchyard/lab';
import { expect, test } from 'vitest';

import { runLab } from './lab-process.ts';
import type { LabUnderTest } from './lab-under-test.ts';
import { curl } from './lab-under-test.ts';

interface WhoAmI {
  readonly service: string;
  readonly taskId: string;
  readonly zone: string;
}

interface JourneyHop extends WhoAmI {
  readonly address: string;
  readonly ms: number;
}

/** What a lab shows to somebody with `curl`, `dig` and an AWS SDK, however it runs. */
export function labPromises(lab: () => LabUnderTest): void {
  const get = async (path: string, headers?: Record<string, string>) => await curl(`${lab().url}${path}`, headers);
  const whoAmI = async (path: string, headers?: Record<string, string>) =>
    JSON.parse((await get(path, headers)).text) as WhoAmI;

  test('plain curl of /journey draws three hops with service, task, zone, address and milliseconds', async () => {
    const { status, headers, text } = await get('/journey');
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/plain/);
    for (const service of ['frontend', 'api', 'worker']) expect(text).toContain(service);
    expect(text).toMatch(/us-east-1[abc]/);
    expect(text).toMatch(/\d ms/);
  });

  test.each(['cloud-map-dns', 'cloud-map-api', 'service-connect'])(
    'a journey via %s reaches the worker',
    async (via) => {
      const { status, text } = await get(`/journey?format=json&via=${via}`);
      expect(status, text).toBe(200);
      const { hops } = JSON.parse(text) as { hops: JourneyHop[] };
      expect(hops.map(({ service }) => service)).toEqual(['frontend', 'api', 'worker']);
      for (const hop of hops) {
        expect(hop.taskId).toMatch(/^[0-9a-f]{32}$/);
        expect(hop.zone).toMatch(/^us-east-1[abc]$/);
        expect(hop.address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
        expect(hop.ms).toBeGreaterThan(0);
      }
    },
  );

  test.each(['/api', '/worker'])('%s/whoami alternates over two tasks in two zones', async (base) => {
    const answers = [];
    for (let count = 0; count < 6; count++) answers.push(await whoAmI(`${base}/whoami`));
    expect(new Set(answers.map(({ taskId }) => taskId)).size).toBe(2);
    expect(new Set(answers.map(({ zone }) => zone)).size).toBe(2);
    expect(answers[0]?.taskId).not.toBe(answers[1]?.taskId);
  });

  test('a client that returns the load balancer’s cookie keeps to one frontend task', async () => {
    const first = await get('/whoami');
    const cookie = [first.headers['set-cookie'] ?? []]
      .flat()
      .map((line) => line.split(';', 1)[0])
      .join('; ');
    expect(cookie).toMatch(/AWSALB=/);
    const { taskId } = JSON.parse(first.text) as WhoAmI;
    for (let count = 0; count < 6; count++) expect((await whoAmI('/whoami', { cookie })).taskId).toBe(taskId);
  });

  test('/internal is answered with 403 by the load balancer itself', async () => {
    const { status, headers } = await get('/internal/x');
    expect(status).toBe(403);
    expect(headers['server']).toBe('awselb/2.0');
  });

  test('an unknown path reaches the frontend, whose 404 is a problem document', async () => {
    const { status, headers, text } = await get('/nope');
    expect(status).toBe(404);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(text)).toMatchObject({ status: 404 });
  });

  test('the header rule sends /whoami to the worker', async () => {
    expect((await whoAmI('/whoami', { 'x-service': 'worker' })).service).toBe('worker');
    expect((await whoAmI('/whoami')).service).toBe('frontend');
  });

  test('the redirect leads to a URL that answers', async () => {
    const { status, headers } = await get('/trip');
    expect(status).toBe(302);
    const location = String(headers['location']);
    expect(new URL(location).pathname).toBe('/journey');
    expect((await curl(location)).status).toBe(200);
  });

  test('SRV records of the worker name two targets whose addresses are known', async () => {
    const { host, port } = lab().dns;
    const resolver = new Resolver({ timeout: 2000, tries: 2 });
    resolver.setServers([`${host}:${port}`]);
    const records = await resolver.resolveSrv('worker.switchyard.internal');
    expect(records).toHaveLength(2);
    for (const record of records) {
      expect(record).toMatchObject({ port: 3000, priority: 1, weight: 1 });
      expect(await resolver.resolve4(record.name)).toHaveLength(1);
    }
  });

  test('the AWS SDK sees healthy targets, running tasks and registered instances', async () => {
    using client = buildLabClient(lab().endpointUrl);
    const { TargetGroups = [] } = await client.elb.send(new DescribeTargetGroupsCommand({}));
    expect(TargetGroups).toHaveLength(3);
    for (const { TargetGroupArn } of TargetGroups) {
      const { TargetHealthDescriptions = [] } = await client.elb.send(
        new DescribeTargetHealthCommand({ TargetGroupArn }),
      );
      expect(TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State)).toEqual(['healthy', 'healthy']);
      expect(new Set(TargetHealthDescriptions.map(({ Target }) => Target?.AvailabilityZone)).size).toBe(2);
    }
    const { taskArns } = await client.ecs.send(new ListTasksCommand({ cluster: 'switchyard', serviceName: 'api' }));
    expect(taskArns).toHaveLength(2);
    const discover = new DiscoverInstancesCommand({ NamespaceName: 'switchyard.internal', ServiceName: 'worker' });
    const { Instances = [] } = await client.cloudMap.send(discover);
    expect(Instances).toHaveLength(2);
    expect(Instances[0]?.Attributes).toMatchObject({ ECS_CLUSTER_NAME: 'switchyard', ECS_SERVICE_NAME: 'worker' });
  });

  test('`lab check` finds every promise kept', async () => {
    const { stdout, stderr } = await runLab(['check', '--url', lab().url]);
    expect(stdout.split('\n').filter((line) => line.startsWith('✗'))).toEqual([]);
    expect(stderr).toBe('');
    expect(stdout.match(/^✓/gm)?.length).toBeGreaterThan(10);
  });

  test('what each discovery mechanism answers stands side by side', async () => {
    const { status, text } = await get('/api/discovery/worker');
    expect(status, text).toBe(200);
    expect(text).toContain('worker.switchyard.internal');
    expect(text).toContain('worker.mesh');
  });
}
