import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi, AwsInput, AwsOutput } from '@switchyard/local-aws-endpoint';
import { describe, expect, it } from 'vitest';

import { mergeApis } from '../../src/embedded/merge-apis.ts';

/** Elastic Load Balancing for one load balancer with one target group, both of that name. */
function elb(name: string, more: AwsApi['operations'] = {}): AwsApi {
  const groupOf = (input: AwsInput): string => {
    if (input['TargetGroupArn'] === `arn:${name}`) return name;
    throw new AwsApiError('TargetGroupNotFound', 'One or more target groups not found');
  };
  return {
    service: 'elasticloadbalancing',
    protocol: { kind: 'query', xmlNamespace: 'urn:elb' },
    operations: {
      DescribeLoadBalancers: (input) => {
        const names = input['Names'] as string[] | undefined;
        if (names?.some((each) => each !== name) === true) throw new AwsApiError('LoadBalancerNotFound', name);
        return { LoadBalancers: [name] };
      },
      RegisterTargets: (input) => ({ registeredIn: groupOf(input) }),
      ...more,
    },
  };
}

async function ask(apis: readonly [AwsApi, ...AwsApi[]], operation: string, input: AwsInput): Promise<AwsOutput> {
  return await mergeApis(apis).operations[operation]!(input);
}

describe('APIs made one', () => {
  const both = [elb('alb'), elb('nlb')] as const;

  it('describe everything that any of them has', async () => {
    expect(await ask(both, 'DescribeLoadBalancers', {})).toEqual({ LoadBalancers: ['alb', 'nlb'] });
  });

  it('answer for names that belong to different ones, in the order asked', async () => {
    const Names = ['nlb', 'alb'];
    expect(await ask(both, 'DescribeLoadBalancers', { Names })).toEqual({ LoadBalancers: Names });
  });

  it('do something with a thing where that thing is', async () => {
    expect(await ask(both, 'RegisterTargets', { TargetGroupArn: 'arn:nlb' })).toEqual({ registeredIn: 'nlb' });
  });

  it('say that a thing is not found when none has it', async () => {
    await expect(ask(both, 'RegisterTargets', { TargetGroupArn: 'arn:other' })).rejects.toMatchObject({
      code: 'TargetGroupNotFound',
    });
    await expect(ask(both, 'DescribeLoadBalancers', { Names: ['alb', 'other'] })).rejects.toMatchObject({
      code: 'LoadBalancerNotFound',
    });
  });

  it('pass on any other error at once', async () => {
    const failing = elb('alb', {
      RegisterTargets: () => {
        throw new AwsApiError('InvalidTarget', 'No.');
      },
    });
    const asking = ask([failing, elb('nlb')], 'RegisterTargets', { TargetGroupArn: 'arn:nlb' });
    await expect(asking).rejects.toMatchObject({ code: 'InvalidTarget' });
  });

  it('have the operations that only one of them has', async () => {
    const more = elb('alb', { SetRulePriorities: () => ({ Rules: ['changed'] }) });
    expect(await ask([elb('nlb'), more], 'SetRulePriorities', { RulePriorities: [] })).toEqual({ Rules: ['changed'] });
  });
});
