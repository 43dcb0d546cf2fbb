import type { Deployment } from '../cloudformation/deployment.ts';
import type { Properties } from '../cloudformation/properties.ts';
import type { Resource, ResourceTypes } from '../cloudformation/resource.ts';
import { hexId } from '../identifiers.ts';
import type { Listener, Rule, RuleAction, RuleTransform, TargetGroup } from '../model.ts';
import { type ActionSurroundings, checkAction } from '../rules/action-limits.ts';
import { compileRules } from '../rules/match.ts';
import { BlueprintError } from '../errors.ts';
import { checkRule } from '../rules/rule-limits.ts';
import { actionOf } from './actions.ts';
import { conditionOf } from './conditions.ts';

const listener = 'AWS::ElasticLoadBalancingV2::Listener';
const listenerRule = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const certificates = 'AWS::ElasticLoadBalancingV2::ListenerCertificate';

const protocols = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP'] as const;

export const listenerTypes: ResourceTypes = {
  [listener]: {
    ref: ({ seed, properties }) => {
      const loadBalancerArn = properties.string('LoadBalancerArn');
      return `${loadBalancerArn.replace(':loadbalancer/', ':listener/')}/${hexId(seed, 16)}`;
    },
    attributes: { ListenerArn: ({ ref }) => ref },
  },
  [listenerRule]: {
    ref: ({ seed, properties }) => ruleArn(properties.string('ListenerArn'), seed),
    attributes: { RuleArn: ({ ref }) => ref, IsDefault: () => false },
  },
  [certificates]: { ref: ({ seed }) => hexId(seed, 16) },
};

function ruleArn(listenerArn: string, seed: string): string {
  return `${listenerArn.replace(':listener/', ':listener-rule/')}/${hexId(seed, 16)}`;
}

/** The listeners of a load balancer, ascending by port. Throws `BLUEPRINT_RULE_REFUSED` for what a deployment would refuse. */
export function readListeners(
  deployment: Deployment,
  loadBalancer: Resource,
  targetGroups: readonly TargetGroup[],
): Listener[] {
  const attached = deployment
    .of(listener)
    .filter(({ properties }) => properties.string('LoadBalancerArn') === loadBalancer.ref);
  const listeners = attached.map((resource) => listenerOf(deployment, resource, targetGroups));
  const ports = listeners.map(({ port }) => port);
  const twice = ports.find((port, index) => ports.indexOf(port) !== index);
  if (twice !== undefined) throw refused(loadBalancer.label, `two of its listeners have the port ${twice}.`);
  return listeners.toSorted((a, b) => a.port - b.port);
}

function listenerOf(deployment: Deployment, resource: Resource, targetGroups: readonly TargetGroup[]): Listener {
  const { ref, seed, properties, label } = resource;
  const extra = deployment.of(certificates).filter((other) => other.properties.string('ListenerArn') === ref);
  const arns = [properties, ...extra.map((other) => other.properties)].flatMap((owner) =>
    owner.objects('Certificates').flatMap((certificate) => certificate.optionalString('CertificateArn') ?? []),
  );
  const sslPolicy = properties.optionalString('SslPolicy');
  const protocol = properties.oneOf('Protocol', protocols, { required: true });
  const around: ActionSurroundings = {
    protocol,
    targetGroup: (name) => targetGroups.find((group) => group.name === name),
  };
  const defaultRule: Rule = {
    arn: ruleArn(ref, `${seed}/default`),
    priority: 'default',
    conditions: [],
    transforms: [],
    action: checkedAction(label, actionOf(deployment, label, properties.objects('DefaultActions')), around),
  };
  const rules = deployment.of(listenerRule).filter((rule) => rule.properties.string('ListenerArn') === ref);
  return {
    arn: ref,
    port: properties.number('Port'),
    protocol,
    ...(sslPolicy !== undefined && { sslPolicy }),
    certificateArns: arns,
    attributes: properties.pairs('ListenerAttributes'),
    rules: inOrder(label, [...rules.map((rule) => ruleOf(deployment, rule, around)), defaultRule]),
  };
}

function ruleOf(deployment: Deployment, { ref, properties, label }: Resource, around: ActionSurroundings): Rule {
  if (around.protocol !== 'HTTP' && around.protocol !== 'HTTPS') {
    throw refused(label, `a listener with the protocol ${around.protocol} has no rules but its default one.`);
  }
  const rule: Rule = {
    arn: ref,
    priority: properties.number('Priority'),
    conditions: properties.objects('Conditions').map(conditionOf),
    transforms: properties.objects('Transforms').flatMap(transformsOf),
    action: checkedAction(label, actionOf(deployment, label, properties.objects('Actions')), around),
  };
  const problem = labelled(label, () => checkRule(rule));
  if (problem !== undefined) throw refused(label, problem);
  return rule;
}

function transformsOf(transform: Properties): RuleTransform[] {
  const type = transform.oneOf('Type', ['host-header-rewrite', 'url-rewrite'], { required: true });
  const config = transform.object(type === 'url-rewrite' ? 'UrlRewriteConfig' : 'HostHeaderRewriteConfig');
  const rewrites = config?.objects('Rewrites') ?? [];
  return rewrites.map((rewrite) => ({ type, regex: rewrite.string('Regex'), replace: rewrite.string('Replace') }));
}

function checkedAction(label: string, action: RuleAction, around: ActionSurroundings): RuleAction {
  const problem = checkAction(action, around);
  if (problem !== undefined) throw refused(label, problem.sentence);
  return action;
}

/** By priority, and sure to be accepted by a load balancer. */
function inOrder(label: string, rules: readonly Rule[]): Rule[] {
  const compiled = labelled(label, () => compileRules(rules));
  return [...compiled.rules.map(({ rule }) => rule), compiled.defaultRule];
}

/** Says of an error about rules whose they are. */
function labelled<Value>(label: string, compute: () => Value): Value {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof BlueprintError)) throw error;
    throw new BlueprintError(error.code, `${label}: ${error.message}`, { cause: error });
  }
}

function refused(label: string, problem: string): BlueprintError {
  return new BlueprintError('BLUEPRINT_RULE_REFUSED', `${label}: ${problem}`);
}
