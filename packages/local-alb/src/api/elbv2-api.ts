import { isIP } from 'node:net';
import { AwsApiError, type AwsApi, type AwsInput, type AwsOperation } from '@switchyard/local-aws-endpoint';
import { LOAD_BALANCER_DEFAULTS, TARGET_GROUP_DEFAULTS } from '../core/attributes.ts';
import { NOT_REGISTERED } from '../core/health.ts';
import { type TargetGroupState, targetKey } from '../core/target-group-state.ts';
import type { ListenerRuntime, Runtime } from '../effects/runtime.ts';
import type { TargetGroups } from '../effects/target-groups.ts';
import { invalid, portOf, recordsOf, requiredString, stringOf, stringsOf } from './input.ts';
import * as Shape from './shapes.ts';

/** Elastic Load Balancing v2 for one load balancer: what it is, how its targets are, and who they are. */
export function elbv2Api(runtime: Runtime, targetGroups: TargetGroups): AwsApi {
  return {
    service: 'elasticloadbalancing',
    protocol: { kind: 'query', xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/' },
    operations: { ...describeOperations(runtime), ...targetOperations(runtime, targetGroups) },
  };
}

function describeOperations(runtime: Runtime): Record<string, AwsOperation> {
  const { loadBalancer } = runtime;
  const arnOf = (name: string): string => runtime.targetGroups.get(name)?.arn ?? name;
  return {
    DescribeLoadBalancers(input) {
      const arns = stringsOf(input, 'LoadBalancerArns');
      const names = stringsOf(input, 'Names');
      const wanted = arns ?? names;
      const known = (value: string): boolean => value === loadBalancer.arn || value === loadBalancer.name;
      if (wanted?.some((value) => !known(value)) === true) throw loadBalancerNotFound();
      return { LoadBalancers: [Shape.loadBalancerShape(loadBalancer)] };
    },
    DescribeLoadBalancerAttributes(input) {
      if (requiredString(input, 'LoadBalancerArn') !== loadBalancer.arn) throw loadBalancerNotFound();
      return { Attributes: Shape.attributesShape(LOAD_BALANCER_DEFAULTS, loadBalancer.attributes) };
    },
    DescribeListeners(input) {
      const arn = stringOf(input, 'LoadBalancerArn');
      if (arn !== undefined && arn !== loadBalancer.arn) throw loadBalancerNotFound();
      const listeners = listenersOf(runtime, stringsOf(input, 'ListenerArns'));
      return { Listeners: listeners.map((listener) => Shape.listenerShape(listener.blueprint, loadBalancer, arnOf)) };
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
    DescribeTags(input) {
      return {
        TagDescriptions: (stringsOf(input, 'ResourceArns') ?? []).map((arn) => ({ ResourceArn: arn, Tags: [] })),
      };
    },
  };
}

function targetOperations(runtime: Runtime, targetGroups: TargetGroups): Record<string, AwsOperation> {
  const all = [...runtime.targetGroups.values()];
  const shape = (group: TargetGroupState) =>
    Shape.targetGroupShape(group.blueprint, group.inUse ? [runtime.loadBalancer.arn] : []);
  return {
    DescribeTargetGroups(input) {
      const loadBalancerArn = stringOf(input, 'LoadBalancerArn');
      if (loadBalancerArn !== undefined && loadBalancerArn !== runtime.loadBalancer.arn) throw loadBalancerNotFound();
      const wanted = stringsOf(input, 'TargetGroupArns') ?? stringsOf(input, 'Names');
      const groups = wanted?.map((name) => targetGroupOf(all, name)) ?? all;
      return { TargetGroups: groups.filter((group) => loadBalancerArn === undefined || group.inUse).map(shape) };
    },
    DescribeTargetGroupAttributes(input) {
      const group = targetGroupOf(all, requiredString(input, 'TargetGroupArn'));
      return { Attributes: Shape.attributesShape(TARGET_GROUP_DEFAULTS, group.blueprint.attributes) };
    },
    DescribeTargetHealth(input) {
      return { TargetHealthDescriptions: targetHealthOf(all, input) };
    },
    RegisterTargets(input) {
      const group = targetGroupOf(all, requiredString(input, 'TargetGroupArn'));
      const targets = targetsOf(input, group).map((target) => {
        if (group.blueprint.targetType === 'ip' && isIP(target.id) === 0) {
          throw new AwsApiError('InvalidTarget', `The IP address '${target.id}' is not a valid IPv4 address`);
        }
        return target;
      });
      for (const { id, port, availabilityZone } of targets) targetGroups.register(group, id, port, availabilityZone);
      return {};
    },
    DeregisterTargets(input) {
      const group = targetGroupOf(all, requiredString(input, 'TargetGroupArn'));
      for (const { id, port } of targetsOf(input, group)) targetGroups.deregister(group, id, port);
      return {};
    },
  };
}

function targetHealthOf(all: readonly TargetGroupState[], input: AwsInput) {
  const group = targetGroupOf(all, requiredString(input, 'TargetGroupArn'));
  const { port } = group.blueprint.healthCheck;
  const checkPort = (target: { port: number }): string => String(port === 'traffic-port' ? target.port : port);
  if (recordsOf(input, 'Targets') === undefined) {
    return [...group.targets.values()].map((target) =>
      Shape.targetHealthShape(target, target.health, checkPort(target)),
    );
  }
  return targetsOf(input, group).map((asked) => {
    const target = group.targets.get(targetKey(asked.id, asked.port));
    return Shape.targetHealthShape(target ?? asked, target?.health ?? NOT_REGISTERED, checkPort(asked));
  });
}

interface AskedTarget {
  readonly id: string;
  readonly port: number;
  readonly availabilityZone: string | undefined;
}

function targetsOf(input: AwsInput, group: TargetGroupState): readonly AskedTarget[] {
  return (recordsOf(input, 'Targets') ?? []).map((target) => ({
    id: requiredString(target, 'Id'),
    port: portOf(target, group.blueprint.port),
    availabilityZone: stringOf(target, 'AvailabilityZone'),
  }));
}

function targetGroupOf(all: readonly TargetGroupState[], arnOrName: string): TargetGroupState {
  const group = all.find((candidate) => candidate.arn === arnOrName || candidate.name === arnOrName);
  if (group === undefined) {
    throw new AwsApiError('TargetGroupNotFound', 'One or more target groups not found');
  }
  return group;
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
