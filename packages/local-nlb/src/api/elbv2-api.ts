import { isIPv4 } from 'node:net';
import type { LoadBalancer } from '@switchyard/blueprint';
import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi, AwsInput, AwsOperation } from '@switchyard/local-aws-endpoint';
import { knownHealth } from '../core/health.ts';
import { keyOf } from '../core/target-group-state.ts';
import type { TargetGroupState } from '../core/target-group-state.ts';
import type { TargetGroups } from '../effects/target-groups.ts';
import type { LocalNlbOptions } from '../options.ts';
import { listenerShape, loadBalancerShape, ruleShape, targetGroupShape, targetHealthShape } from './shapes.ts';

export interface ApiOptions {
  readonly loadBalancer: LoadBalancer;
  readonly groups: readonly TargetGroupState[];
  readonly targetGroups: TargetGroups;
  readonly instance: LocalNlbOptions['instance'];
}

/** Elastic Load Balancing v2 for one Network Load Balancer: what it is, how its targets are, and who they are. */
export function elbv2Api(options: ApiOptions): AwsApi {
  return {
    service: 'elasticloadbalancing',
    protocol: { kind: 'query', xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/' },
    operations: { ...describeOperations(options), ...targetOperations(options) },
  };
}

function describeOperations({ loadBalancer, groups }: ApiOptions): Record<string, AwsOperation> {
  const arnOf = (name: string): string => groups.find(({ blueprint }) => blueprint.name === name)?.blueprint.arn ?? '';
  const { arn, listeners } = loadBalancer;
  const checkIsThis = (value: string | undefined): void => {
    if (value !== undefined && value !== arn)
      throw new AwsApiError('LoadBalancerNotFound', 'One or more load balancers not found');
  };
  const listenersNamed = (arns: readonly string[] | undefined) =>
    arns?.map((each) => {
      const found = listeners.find((listener) => listener.arn === each);
      if (found === undefined) throw new AwsApiError('ListenerNotFound', 'One or more listeners not found');
      return found;
    }) ?? listeners;
  return {
    DescribeLoadBalancers(input) {
      for (const each of stringsOf(input, 'LoadBalancerArns') ?? []) checkIsThis(each);
      for (const name of stringsOf(input, 'Names') ?? []) checkIsThis(name === loadBalancer.name ? arn : name);
      return { LoadBalancers: [loadBalancerShape(loadBalancer)] };
    },
    DescribeLoadBalancerAttributes(input) {
      checkIsThis(requiredOf(input, 'LoadBalancerArn'));
      const defaults = { 'deletion_protection.enabled': 'false', 'load_balancing.cross_zone.enabled': 'false' };
      return { Attributes: attributesShape({ ...defaults, ...loadBalancer.attributes }) };
    },
    DescribeListeners(input) {
      checkIsThis(optionalOf(input, 'LoadBalancerArn'));
      const found = listenersNamed(stringsOf(input, 'ListenerArns'));
      return { Listeners: found.map((listener) => listenerShape(listener, arn, arnOf)) };
    },
    DescribeListenerAttributes(input) {
      const [listener] = listenersNamed([requiredOf(input, 'ListenerArn')]);
      return { Attributes: attributesShape({ 'tcp.idle_timeout.seconds': '350', ...listener?.attributes }) };
    },
    DescribeRules(input) {
      const found = listenersNamed([requiredOf(input, 'ListenerArn')]);
      return { Rules: found.flatMap(({ rules }) => rules.map((rule) => ruleShape(rule, arnOf))) };
    },
    DescribeTargetGroups(input) {
      const balancer = optionalOf(input, 'LoadBalancerArn');
      checkIsThis(balancer);
      const wanted = stringsOf(input, 'TargetGroupArns') ?? stringsOf(input, 'Names');
      const all = wanted?.map((each) => groupOf(groups, each)) ?? groups;
      const found = all.filter(({ inUse }) => balancer === undefined || inUse);
      return { TargetGroups: found.map((group) => targetGroupShape(group.blueprint, group.inUse ? [arn] : [])) };
    },
    DescribeTargetGroupAttributes(input) {
      const { settings, blueprint } = groupOf(groups, requiredOf(input, 'TargetGroupArn'));
      const defaults = {
        'deregistration_delay.timeout_seconds': '300',
        'deregistration_delay.connection_termination.enabled': String(settings.connectionTermination),
        'preserve_client_ip.enabled': String(settings.preserveClientIp),
        'proxy_protocol_v2.enabled': 'false',
      };
      return { Attributes: attributesShape({ ...defaults, ...blueprint.attributes }) };
    },
    DescribeTags: (input) => ({
      TagDescriptions: (stringsOf(input, 'ResourceArns') ?? []).map((each) => ({ ResourceArn: each, Tags: [] })),
    }),
  };
}

function targetOperations({ groups, targetGroups, instance }: ApiOptions): Record<string, AwsOperation> {
  const locate = (group: TargetGroupState, id: string): { address: string; availabilityZone: string | undefined } => {
    if (group.blueprint.targetType !== 'instance') {
      if (isIPv4(id)) return { address: id, availabilityZone: undefined };
      throw new AwsApiError('InvalidTarget', `The IP address '${id}' is not a valid IPv4 address`);
    }
    const found = instance?.(id);
    if (found !== undefined) return found;
    const message = `The following targets are not in a running state and cannot be registered: '${id}'`;
    throw new AwsApiError('InvalidTarget', message);
  };
  return {
    RegisterTargets(input) {
      const group = groupOf(groups, requiredOf(input, 'TargetGroupArn'));
      const located = targetsOf(input, group).map((target) => ({ ...locate(group, target.id), ...target }));
      for (const target of located) targetGroups.register(group, target);
      return {};
    },
    DeregisterTargets(input) {
      const group = groupOf(groups, requiredOf(input, 'TargetGroupArn'));
      for (const { id, port } of targetsOf(input, group)) targetGroups.deregister(group, id, port);
      return {};
    },
    DescribeTargetHealth(input) {
      const group = groupOf(groups, requiredOf(input, 'TargetGroupArn'));
      const { port: checkPort } = group.blueprint.healthCheck;
      const asked = input['Targets'] === undefined ? [...group.targets.values()] : targetsOf(input, group);
      return {
        TargetHealthDescriptions: asked.map((target) => {
          const health = group.targets.get(keyOf(target))?.health ?? knownHealth.notRegistered;
          return targetHealthShape(target, health, String(checkPort === 'traffic-port' ? target.port : checkPort));
        }),
      };
    },
  };
}

/** Throws `TargetGroupNotFound`. */
function groupOf(groups: readonly TargetGroupState[], arnOrName: string): TargetGroupState {
  const found = groups.find(({ blueprint }) => blueprint.arn === arnOrName || blueprint.name === arnOrName);
  if (found === undefined) throw new AwsApiError('TargetGroupNotFound', 'One or more target groups not found');
  return found;
}

function targetsOf(input: AwsInput, group: TargetGroupState): { readonly id: string; readonly port: number }[] {
  const targets = input['Targets'] ?? [];
  if (!Array.isArray(targets)) throw new AwsApiError('ValidationError', 'Targets must be a list');
  return targets.map((target: AwsInput) => {
    const port = Number(optionalOf(target, 'Port') ?? group.blueprint.port);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new AwsApiError('ValidationError', `Port '${String(target['Port'])}' is not valid`);
    return { id: requiredOf(target, 'Id'), port };
  });
}

function attributesShape(attributes: Readonly<Record<string, string>>) {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}

function stringsOf(input: AwsInput, member: string): readonly string[] | undefined {
  const value = input[member];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new AwsApiError('ValidationError', `${member} must be a list`);
  return value.map(String);
}

function optionalOf(input: AwsInput, member: string): string | undefined {
  const value = input[member];
  if (value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new AwsApiError('ValidationError', `${member} must be a simple value`);
}

function requiredOf(input: AwsInput, member: string): string {
  const value = optionalOf(input, member);
  if (value === undefined || value === '') throw new AwsApiError('ValidationError', `${member} is required`);
  return value;
}
