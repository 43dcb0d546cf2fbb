import { AwsApiError, type AwsApi, type AwsOperation } from '@switchyard/local-aws-endpoint';
import { LOAD_BALANCER_DEFAULTS } from '../core/attributes.ts';
import type { ListenerRuntime, Runtime } from '../effects/runtime.ts';
import type { TargetGroups } from '../effects/target-groups.ts';
import { changedAttributes } from './attribute-input.ts';
import { invalid, requiredString, stringOf, stringsOf } from './input.ts';
import { ruleOperations } from './rule-operations.ts';
import * as Shape from './shapes.ts';
import { targetGroupOf, targetGroupOperations } from './target-group-operations.ts';

const LOCAL_URL_TAG = 'switchyard:local-url';

/** Elastic Load Balancing v2 for one load balancer: what it is, how its targets are, and who they are. */
export function elbv2Api(runtime: Runtime, targetGroups: TargetGroups): AwsApi {
  const all = [...runtime.targetGroups.values()];
  return {
    service: 'elasticloadbalancing',
    protocol: { kind: 'query', xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/' },
    operations: {
      ...describeOperations(runtime),
      ...targetGroupOperations(runtime, targetGroups),
      ...ruleOperations(runtime, targetGroups, (arn) => targetGroupOf(all, arn).name),
    },
  };
}

function describeOperations(runtime: Runtime): Record<string, AwsOperation> {
  const arnOf = (name: string): string => runtime.targetGroups.get(name)?.arn ?? name;
  return {
    DescribeLoadBalancers(input) {
      const arns = stringsOf(input, 'LoadBalancerArns');
      const names = stringsOf(input, 'Names');
      const wanted = arns ?? names;
      const known = (value: string): boolean =>
        value === runtime.loadBalancer.arn || value === runtime.loadBalancer.name;
      if (wanted?.some((value) => !known(value)) === true) throw loadBalancerNotFound();
      return { LoadBalancers: [Shape.loadBalancerShape(runtime.loadBalancer)] };
    },
    DescribeLoadBalancerAttributes(input) {
      if (requiredString(input, 'LoadBalancerArn') !== runtime.loadBalancer.arn) throw loadBalancerNotFound();
      return { Attributes: Shape.attributesShape(LOAD_BALANCER_DEFAULTS, runtime.loadBalancer.attributes) };
    },
    ModifyLoadBalancerAttributes(input) {
      if (requiredString(input, 'LoadBalancerArn') !== runtime.loadBalancer.arn) throw loadBalancerNotFound();
      const attributes = changedAttributes(input, LOAD_BALANCER_DEFAULTS, runtime.loadBalancer.attributes);
      runtime.configure(attributes);
      return { Attributes: Shape.attributesShape(LOAD_BALANCER_DEFAULTS, attributes) };
    },
    DescribeListeners(input) {
      const arn = stringOf(input, 'LoadBalancerArn');
      if (arn !== undefined && arn !== runtime.loadBalancer.arn) throw loadBalancerNotFound();
      const listeners = listenersOf(runtime, stringsOf(input, 'ListenerArns'));
      return {
        Listeners: listeners.map((listener) => Shape.listenerShape(listener.blueprint, runtime.loadBalancer, arnOf)),
      };
    },
    DescribeRules(input) {
      const ruleArns = stringsOf(input, 'RuleArns');
      const listenerArn = stringOf(input, 'ListenerArn');
      if (ruleArns === undefined && listenerArn === undefined) {
        throw invalid('You must specify either listener ARN or rule ARNs');
      }
      const listeners = listenersOf(runtime, listenerArn === undefined ? undefined : [listenerArn]);
      const rules = listeners.flatMap((listener) => listener.blueprint.rules);
      const wanted = ruleArns?.map((arn) => {
        const rule = rules.find((candidate) => candidate.arn === arn);
        if (rule === undefined) throw new AwsApiError('RuleNotFound', `Rule '${arn}' not found`);
        return rule;
      });
      return { Rules: (wanted ?? rules).map((rule) => Shape.ruleShape(rule, arnOf)) };
    },
    /** A listener has one tag, which no template sets: where it answers here. */
    DescribeTags(input) {
      const tagsOf = (arn: string) =>
        runtime.listeners
          .filter(({ blueprint }) => blueprint.arn === arn)
          .map(({ localUrl }) => ({ Key: LOCAL_URL_TAG, Value: localUrl }));
      return {
        TagDescriptions: (stringsOf(input, 'ResourceArns') ?? []).map((arn) => ({
          ResourceArn: arn,
          Tags: tagsOf(arn),
        })),
      };
    },
  };
}

function listenersOf(runtime: Runtime, arns: readonly string[] | undefined): readonly ListenerRuntime[] {
  if (arns === undefined) return runtime.listeners;
  return arns.map((arn) => {
    const listener = runtime.listeners.find((candidate) => candidate.blueprint.arn === arn);
    if (listener === undefined) throw new AwsApiError('ListenerNotFound', 'One or more listeners not found');
    return listener;
  });
}

function loadBalancerNotFound(): AwsApiError {
  return new AwsApiError('LoadBalancerNotFound', 'One or more load balancers not found');
}
