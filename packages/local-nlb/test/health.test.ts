import { describe, expect, it } from 'vitest';
import { startLocalNlb } from '../src/index.ts';
import { balancerArn, groupArn, loadBalancerOf, startClient, startTarget, startTestNlb, targetGroupOf } from './nlb.ts';

async function healthOf(nlb: Awaited<ReturnType<typeof startTestNlb>>, id: string, port: number): Promise<unknown> {
  const input = { TargetGroupArn: groupArn, Targets: [{ Id: id, Port: port }] };
  const { TargetHealthDescriptions } = await nlb.call('DescribeTargetHealth', input);
  return (TargetHealthDescriptions as { TargetHealth: unknown }[])[0]?.TargetHealth;
}

describe('target health', () => {
  it('is healthy after the first connection that opens', async () => {
    await using nlb = await startTestNlb();
    await using target = await startTarget('t');
    await nlb.add('127.0.0.1', target.port);
    expect(nlb.events.slice(0, 2)).toMatchObject([
      { from: 'unused', to: 'initial', reason: 'Elb.RegistrationInProgress' },
      { from: 'initial', to: 'healthy' },
    ]);
    expect(await healthOf(nlb, '127.0.0.1', target.port)).toEqual({ State: 'healthy' });
  });

  it('is by the status code where checks are HTTP', async () => {
    let status = 503;
    await using nlb = await startTestNlb({ healthCheck: { protocol: 'HTTP' } });
    await using target = await startTarget('t', { status: () => status });
    await nlb.register('127.0.0.1', target.port);
    await nlb.event('target-health', ({ to, reason }) => to === 'unhealthy' && reason !== undefined);
    expect(await healthOf(nlb, '127.0.0.1', target.port)).toMatchObject({
      State: 'unhealthy',
      Reason: 'Target.ResponseCodeMismatch',
      Description: 'Health checks failed with these codes: [503]',
    });
    status = 200;
    await nlb.event('target-health', ({ to }) => to === 'healthy');
  });

  it('resets the flows of a target that becomes unhealthy while another is healthy', async () => {
    let status = 200;
    await using nlb = await startTestNlb({ healthCheck: { protocol: 'HTTP' } });
    await using failing = await startTarget('failing', { status: () => status });
    await nlb.add('127.0.0.1', failing.port);
    await using client = await startClient(nlb.port);
    expect(await client.ask('a')).toBe('failing:a');
    await using other = await startTarget('other');
    await nlb.add('127.0.0.1', other.port);
    status = 500;
    expect(await client.ended).toBe('ECONNRESET');
    expect(await nlb.event('flow')).toMatchObject({ ended: 'target-unhealthy' });
  });

  it('leaves the flows alone where the target group says so', async () => {
    let status = 200;
    await using nlb = await startTestNlb({
      healthCheck: { protocol: 'HTTP' },
      group: { attributes: { 'target_health_state.unhealthy.connection_termination.enabled': 'false' } },
    });
    await using failing = await startTarget('failing', { status: () => status });
    await nlb.add('127.0.0.1', failing.port);
    await using client = await startClient(nlb.port);
    await client.ask('a');
    await using other = await startTarget('other');
    await nlb.add('127.0.0.1', other.port);
    status = 500;
    await nlb.event('target-health', ({ to }) => to === 'unhealthy');
    expect(await client.ask('b')).toBe('failing:b');
  });

  it('sends flows to unhealthy targets when there are no others', async () => {
    await using nlb = await startTestNlb({ healthCheck: { protocol: 'HTTP' } });
    await using target = await startTarget('t', { status: () => 500 });
    await nlb.register('127.0.0.1', target.port);
    await nlb.event('target-health', ({ to }) => to === 'unhealthy');
    await using client = await startClient(nlb.port);
    expect(await client.ask('a')).toBe('t:a');
  });
});

describe('deregistration', () => {
  it('lets flows go on, sends no new ones, and forgets the target when the delay is over', async () => {
    await using nlb = await startTestNlb({ group: { attributes: { 'deregistration_delay.timeout_seconds': '1' } } });
    await using target = await startTarget('t');
    await nlb.add('127.0.0.1', target.port);
    await using client = await startClient(nlb.port);
    await client.ask('a');
    const targets = { TargetGroupArn: groupArn, Targets: [{ Id: '127.0.0.1', Port: target.port }] };
    await nlb.call('DeregisterTargets', targets);
    expect(await healthOf(nlb, '127.0.0.1', target.port)).toMatchObject({ State: 'draining' });
    await using late = await startClient(nlb.port);
    expect(await late.ended).toBe('ECONNRESET');
    await nlb.event('target-health', ({ to }) => to === 'unused');
    expect(await client.ask('b')).toBe('t:b');
  });

  it('resets the flows at the end where the target group says so', async () => {
    const attributes = {
      'deregistration_delay.timeout_seconds': '0',
      'deregistration_delay.connection_termination.enabled': 'true',
    };
    await using nlb = await startTestNlb({ group: { attributes } });
    await using target = await startTarget('t');
    await nlb.add('127.0.0.1', target.port);
    await using client = await startClient(nlb.port);
    await client.ask('a');
    await nlb.call('DeregisterTargets', {
      TargetGroupArn: groupArn,
      Targets: [{ Id: '127.0.0.1', Port: target.port }],
    });
    expect(await client.ended).toBe('ECONNRESET');
  });
});

describe('the ELBv2 API', () => {
  it('registers instances, each with a port, and refuses those that are not there', async () => {
    const instances = { 'i-1': { address: '127.0.0.1', availabilityZone: 'us-east-1a' } };
    await using nlb = await startTestNlb({ instances, group: { targetType: 'instance' } });
    await using one = await startTarget('one');
    await using two = await startTarget('two');
    await Promise.all([nlb.add('i-1', one.port), nlb.add('i-1', two.port)]);
    const { TargetHealthDescriptions } = await nlb.call('DescribeTargetHealth', { TargetGroupArn: groupArn });
    expect(TargetHealthDescriptions).toMatchObject([
      { Target: { Id: 'i-1', Port: one.port }, TargetHealth: { State: 'healthy' } },
      { Target: { Id: 'i-1', Port: two.port }, TargetHealth: { State: 'healthy' } },
    ]);
    await expect(nlb.register('i-2', 80)).rejects.toMatchObject({ code: 'InvalidTarget' });
  });

  it('describes the load balancer, its listener and its target group', async () => {
    await using nlb = await startTestNlb();
    expect(await nlb.call('DescribeLoadBalancers')).toMatchObject({
      LoadBalancers: [{ LoadBalancerArn: balancerArn, Type: 'network', Scheme: 'internal' }],
    });
    expect(await nlb.call('DescribeListeners', { LoadBalancerArn: balancerArn })).toMatchObject({
      Listeners: [{ Port: 3000, Protocol: 'TCP', DefaultActions: [{ Type: 'forward', TargetGroupArn: groupArn }] }],
    });
    expect(await nlb.call('DescribeTargetGroups')).toMatchObject({
      TargetGroups: [{ TargetGroupName: 'tcp', TargetType: 'ip', LoadBalancerArns: [balancerArn] }],
    });
    const { Attributes } = await nlb.call('DescribeTargetGroupAttributes', { TargetGroupArn: groupArn });
    expect(Attributes).toContainEqual({ Key: 'preserve_client_ip.enabled', Value: 'false' });
  });

  it('lists all target groups, or with a load balancer those that its listeners forward to', async () => {
    const spare = targetGroupOf({ group: { name: 'spare', arn: `${groupArn}-spare` } });
    const targetGroups = [targetGroupOf({}), spare];
    await using nlb = await startLocalNlb({ loadBalancer: loadBalancerOf({}), targetGroups, listeners: [] });
    const namesOf = async (input: object): Promise<unknown> => {
      const { TargetGroups } = await nlb.api.operations['DescribeTargetGroups']!({ ...input });
      return (TargetGroups as { TargetGroupName: string }[]).map(({ TargetGroupName }) => TargetGroupName);
    };
    expect(await namesOf({})).toEqual(['tcp', 'spare']);
    expect(await namesOf({ LoadBalancerArn: balancerArn })).toEqual(['tcp']);
  });

  it.each([
    ['DescribeTargetHealth', { TargetGroupArn: 'arn:other' }, 'TargetGroupNotFound'],
    ['DescribeListeners', { LoadBalancerArn: 'arn:other' }, 'LoadBalancerNotFound'],
    ['DescribeLoadBalancers', { Names: ['other'] }, 'LoadBalancerNotFound'],
    ['DescribeRules', { ListenerArn: 'arn:other' }, 'ListenerNotFound'],
    ['RegisterTargets', {}, 'ValidationError'],
    ['RegisterTargets', { TargetGroupArn: groupArn, Targets: [{ Id: 'not an address' }] }, 'InvalidTarget'],
    ['RegisterTargets', { TargetGroupArn: groupArn, Targets: [{ Id: '127.0.0.1', Port: 0 }] }, 'ValidationError'],
  ])('answers %s of %j with %s', async (operation, input, code) => {
    await using nlb = await startTestNlb();
    await expect(nlb.call(operation, input)).rejects.toMatchObject({ code });
  });
});
