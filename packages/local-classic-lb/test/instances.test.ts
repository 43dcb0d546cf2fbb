import {
  DescribeInstanceHealthCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';
import { describe, expect, it } from 'vitest';
import { ask, echo, startInstances, startTestLb } from './classic-lb.ts';

describe('an instance', () => {
  it('is out of service until its first health check has passed', async () => {
    await using instances = await startInstances([1], echo);
    await using lb = await startTestLb(instances.port);
    await lb.add('i-1');
    expect(lb.events.slice(0, 2)).toMatchObject([
      { kind: 'instance-health', to: 'OutOfService', description: 'Instance registration is still in progress.' },
      { kind: 'instance-health', to: 'InService', description: 'N/A' },
    ]);
  });

  it('goes out of service with failed checks, and back after as many passed ones as the threshold says', async () => {
    let status = 200;
    await using instances = await startInstances([1], echo, () => status);
    await using lb = await startTestLb(instances.port);
    await lb.add('i-1');
    status = 503;
    await lb.event((event) => event.kind === 'instance-health' && event.description.startsWith('Instance has failed'));
    expect((await fetch(lb.url)).status).toBe(503);
    status = 200;
    const back = (await lb.event(
      (event) => event.kind === 'instance-health' && event.description.startsWith('Instance has not passed'),
    )) as { to: string };
    expect(back.to).toBe('OutOfService');
    await lb.event(
      (event) =>
        lb.events.indexOf(event) > lb.events.indexOf(back as never) && 'to' in event && event.to === 'InService',
    );
    expect((await ask(lb.url)).number).toBe(1);
  });

  it('gets no new requests once it is deregistered, while those under way end', async () => {
    const held = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    await using instances = await startInstances([1], () => (_request, response) => {
      arrived.resolve();
      void held.promise.then(() => response.end('late'));
    });
    await using lb = await startTestLb(instances.port, { loadBalancer: { connectionDrainingSeconds: 10 } });
    await lb.add('i-1');
    const underWay = fetch(lb.url);
    await arrived.promise;
    await lb.call('DeregisterInstancesFromLoadBalancer', { Instances: [{ InstanceId: 'i-1' }] });
    expect(await lb.call('DescribeInstanceHealth')).toEqual({
      InstanceStates: [
        {
          InstanceId: 'i-1',
          State: 'InService',
          ReasonCode: 'N/A',
          Description: 'Instance deregistration currently in progress.',
        },
      ],
    });
    expect((await fetch(lb.url)).status).toBe(503);
    held.resolve();
    expect(await (await underWay).text()).toBe('late');
  });

  it('is cut off at once where draining is off', async () => {
    const arrived = Promise.withResolvers<void>();
    await using instances = await startInstances([1], () => () => arrived.resolve());
    await using lb = await startTestLb(instances.port);
    await lb.add('i-1');
    const underWay = fetch(lb.url);
    await arrived.promise;
    await lb.call('DeregisterInstancesFromLoadBalancer', { Instances: [{ InstanceId: 'i-1' }] });
    expect((await underWay).status).toBe(502);
    const after = await lb.call('DescribeInstanceHealth', { Instances: [{ InstanceId: 'i-1' }] });
    expect(after['InstanceStates']).toMatchObject([
      { State: 'OutOfService', Description: 'Instance is not currently registered with the LoadBalancer.' },
    ]);
  });
});

describe('the classic ELB API', () => {
  it('is what the AWS SDK speaks', async () => {
    await using instances = await startInstances([1], echo);
    await using lb = await startTestLb(instances.port);
    await lb.add('i-1');
    await using endpoint = await startAwsEndpoint({ host: '127.0.0.1', port: 0, apis: [lb.lb.api] });
    const client = new ElasticLoadBalancingClient({
      endpoint: endpoint.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const { LoadBalancerDescriptions } = await client.send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancerDescriptions).toMatchObject([
      {
        LoadBalancerName: 'old',
        Instances: [{ InstanceId: 'i-1' }],
        HealthCheck: { Target: `HTTP:${instances.port}/healthz` },
        ListenerDescriptions: [{ Listener: { LoadBalancerPort: 80, InstancePort: instances.port } }],
      },
    ]);
    const { InstanceStates } = await client.send(new DescribeInstanceHealthCommand({ LoadBalancerName: 'old' }));
    expect(InstanceStates).toEqual([{ InstanceId: 'i-1', State: 'InService', ReasonCode: 'N/A', Description: 'N/A' }]);
    client.destroy();
  });

  it.each([
    ['DescribeInstanceHealth', { LoadBalancerName: 'new' }, 'LoadBalancerNotFound'],
    ['DescribeLoadBalancers', { LoadBalancerNames: ['new'] }, 'LoadBalancerNotFound'],
    ['RegisterInstancesWithLoadBalancer', { Instances: [{ InstanceId: 'x' }] }, 'InvalidInstance'],
    ['RegisterInstancesWithLoadBalancer', {}, 'ValidationError'],
  ])('answers %s of %j with %s', async (operation, input, code) => {
    await using lb = await startTestLb(80);
    await expect(lb.call(operation, input)).rejects.toMatchObject({ code });
  });
});
