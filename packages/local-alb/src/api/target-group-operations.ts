import { isIP } from 'node:net';
import type { TargetGroup } from '@switchyard/blueprint';
import { AwsApiError, type AwsInput, type AwsOperation } from '@switchyard/local-aws-endpoint';
import { TARGET_GROUP_DEFAULTS } from '../core/attributes.ts';
import { NOT_REGISTERED } from '../core/health.ts';
import { type TargetGroupState } from '../core/target-group-state.ts';
import { targetKey } from '../core/target.ts';
import type { Runtime } from '../effects/runtime.ts';
import type { TargetGroups } from '../effects/target-groups.ts';
import { changedAttributes } from './attribute-input.ts';
import { changedHealthCheck } from './health-check-input.ts';
import { portOf, recordsOf, requiredString, stringOf, stringsOf } from './input.ts';
import { attributesShape, targetGroupShape, targetHealthShape } from './shapes.ts';

const TARGETS_MAX = 1000;

/** The operations on target groups and their targets. */
export function targetGroupOperations(runtime: Runtime, targetGroups: TargetGroups): Record<string, AwsOperation> {
  const all = [...runtime.targetGroups.values()];
  const { arn: loadBalancerArn } = runtime.loadBalancer;
  const groupOf = (input: AwsInput) => targetGroupOf(all, requiredString(input, 'TargetGroupArn'));
  const shape = (group: TargetGroupState) => targetGroupShape(group.blueprint, group.inUse ? [loadBalancerArn] : []);
  const configure = (group: TargetGroupState, changed: TargetGroup): void => {
    group.configure(changed);
    targetGroups.restartChecks(group);
  };
  return {
    DescribeTargetGroups(input) {
      const wantedBalancer = stringOf(input, 'LoadBalancerArn');
      if (wantedBalancer !== undefined && wantedBalancer !== loadBalancerArn) {
        throw new AwsApiError('LoadBalancerNotFound', 'One or more load balancers not found');
      }
      const wanted = stringsOf(input, 'TargetGroupArns') ?? stringsOf(input, 'Names');
      const groups = wanted?.map((name) => targetGroupOf(all, name)) ?? all;
      return { TargetGroups: groups.filter((group) => wantedBalancer === undefined || group.inUse).map(shape) };
    },
    DescribeTargetGroupAttributes(input) {
      return { Attributes: attributesShape(TARGET_GROUP_DEFAULTS, groupOf(input).blueprint.attributes) };
    },
    ModifyTargetGroup(input) {
      const group = groupOf(input);
      const { blueprint } = group;
      configure(group, { ...blueprint, healthCheck: changedHealthCheck(input, blueprint) });
      return { TargetGroups: [shape(group)] };
    },
    ModifyTargetGroupAttributes(input) {
      const group = groupOf(input);
      const attributes = changedAttributes(input, TARGET_GROUP_DEFAULTS, group.blueprint.attributes);
      configure(group, { ...group.blueprint, attributes });
      return { Attributes: attributesShape(TARGET_GROUP_DEFAULTS, attributes) };
    },
    DescribeTargetHealth(input) {
      return { TargetHealthDescriptions: targetHealthOf(groupOf(input), input) };
    },
    RegisterTargets(input) {
      const group = groupOf(input);
      const targets = targetsOf(input, group);
      const wrong = targets.find((target) => group.blueprint.targetType === 'ip' && isIP(target.id) === 0);
      if (wrong !== undefined) {
        throw new AwsApiError('InvalidTarget', `The IP address '${wrong.id}' is not a valid IPv4 or IPv6 address`);
      }
      requireRoom(all, group, targets);
      for (const { id, port, availabilityZone } of targets) targetGroups.register(group, id, port, availabilityZone);
      return {};
    },
    DeregisterTargets(input) {
      const group = groupOf(input);
      for (const { id, port } of targetsOf(input, group)) targetGroups.deregister(group, id, port);
      return {};
    },
  };
}

function requireRoom(
  all: readonly TargetGroupState[],
  group: TargetGroupState,
  targets: readonly { readonly id: string; readonly port: number }[],
): void {
  const added = new Set(targets.map(({ id, port }) => targetKey(id, port)).filter((key) => !group.targets.has(key)));
  const count = all.reduce((sum, { targets: registered }) => sum + registered.size, 0);
  if (count + added.size > TARGETS_MAX) {
    throw new AwsApiError('TooManyTargets', `A load balancer has at most ${TARGETS_MAX} targets`);
  }
}

function targetHealthOf(group: TargetGroupState, input: AwsInput) {
  const { port } = group.blueprint.healthCheck;
  const checkPort = (target: { port: number }): string => String(port === 'traffic-port' ? target.port : port);
  if (recordsOf(input, 'Targets') === undefined) {
    return [...group.targets.values()].map((target) => targetHealthShape(target, target.health, checkPort(target)));
  }
  return targetsOf(input, group).map((asked) => {
    const target = group.targets.get(targetKey(asked.id, asked.port));
    return targetHealthShape(target ?? asked, target?.health ?? NOT_REGISTERED, checkPort(asked));
  });
}

function targetsOf(input: AwsInput, group: TargetGroupState) {
  return (recordsOf(input, 'Targets') ?? []).map((target) => ({
    id: requiredString(target, 'Id'),
    port: portOf(target, group.blueprint.port),
    availabilityZone: stringOf(target, 'AvailabilityZone'),
  }));
}

/** Throws `TargetGroupNotFound`. */
export function targetGroupOf(all: readonly TargetGroupState[], arnOrName: string): TargetGroupState {
  const group = all.find((candidate) => candidate.arn === arnOrName || candidate.name === arnOrName);
  if (group === undefined) throw new AwsApiError('TargetGroupNotFound', 'One or more target groups not found');
  return group;
}
