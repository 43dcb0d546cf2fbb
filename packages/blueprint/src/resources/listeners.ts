import type { Deployment } from '../cloudformation/deployment.ts';
import type { Resource, ResourceTypes } from '../cloudformation/resource.ts';
import { hexId } from '../identifiers.ts';
import type { Listener, Rule } from '../model.ts';
import { compileRules } from '../rules/match.ts';
import { BlueprintError } from '../errors.ts';
import { checkRule } from '../rules/limits.ts';
import { actionOf } from './actions.ts';
import { conditionOf } from './conditions.ts';

const listener = 'AWS::ElasticLoadBalancingV2::Listener';
const listenerRule = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const certificates = 'AWS::ElasticLoadBalancingV2::ListenerCertificate';

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

/** The listeners of a load balancer, ascending by port. */
export function readListeners(deployment: Deployment, loadBalancer: Resource): Listener[] {
  const attached = deployment
    .of(listener)
    .filter(({ properties }) => properties.string('LoadBalancerArn') === loadBalancer.ref);
  return attached.map((resource) => listenerOf(deployment, resource)).toSorted((a, b) => a.port - b.port);
}

function listenerOf(deployment: Deployment, { ref, seed, properties, label }: Resource): Listener {
  const extra = deployment.of(certificates).filter((resource) => resource.properties.string('ListenerArn') === ref);
  const arns = [properties, ...extra.map((resource) => resource.properties)].flatMap((owner) =>
    owner.objects('Certificates').flatMap((certificate) => certificate.optionalString('CertificateArn') ?? []),
  );
  const sslPolicy = properties.optionalString('SslPolicy');
  const defaultRule: Rule = {
    arn: ruleArn(ref, `${seed}/default`),
    priority: 'default',
    conditions: [],
    transforms: [],
    action: actionOf(deployment, label, properties.objects('DefaultActions')),
  };
  const rules = deployment.of(listenerRule).filter((rule) => rule.properties.string('ListenerArn') === ref);
  return {
    arn: ref,
    port: properties.number('Port'),
    protocol: properties.oneOf('Protocol', ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP'], { required: true }),
    ...(sslPolicy !== undefined && { sslPolicy }),
    certificateArns: arns,
    attributes: properties.pairs('ListenerAttributes'),
    rules: checked(label, [...rules.map((rule) => ruleOf(deployment, rule)), defaultRule]),
  };
}

function ruleOf(deployment: Deployment, { ref, properties, label }: Resource): Rule {
  const rule: Rule = {
    arn: ref,
    priority: properties.number('Priority'),
    conditions: properties.objects('Conditions').map(conditionOf),
    transforms: properties.objects('Transforms').flatMap((transform) => {
      const type = transform.oneOf('Type', ['host-header-rewrite', 'url-rewrite'], { required: true });
      const config = transform.object(type === 'url-rewrite' ? 'UrlRewriteConfig' : 'HostHeaderRewriteConfig');
      const rewrites = config?.objects('Rewrites') ?? [];
      return rewrites.map((rewrite) => ({ type, regex: rewrite.string('Regex'), replace: rewrite.string('Replace') }));
    }),
    action: actionOf(deployment, label, properties.objects('Actions')),
  };
  const problem = checkRule(rule);
  if (problem !== undefined) throw new BlueprintError('BLUEPRINT_PROPERTY_INVALID', `${label}: ${problem}`);
  return rule;
}

/** By priority, and sure to be accepted by a load balancer. */
function checked(label: string, rules: readonly Rule[]): Rule[] {
  try {
    const compiled = compileRules(rules);
    return [...compiled.rules.map(({ rule }) => rule), compiled.defaultRule];
  } catch (error) {
    if (!(error instanceof BlueprintError)) throw error;
    throw new BlueprintError(error.code, `${label}: ${error.message}`, { cause: error });
  }
}
