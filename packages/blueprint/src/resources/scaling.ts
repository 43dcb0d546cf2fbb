import type { Deployment } from '../cloudformation/deployment.ts';
import type { Resource, ResourceTypes } from '../cloudformation/resource.ts';
import { arnOf, hexId } from '../identifiers.ts';
import type { ServiceScaling } from '../model.ts';
import { byName } from './order.ts';

const scalableTarget = 'AWS::ApplicationAutoScaling::ScalableTarget';
const scalingPolicy = 'AWS::ApplicationAutoScaling::ScalingPolicy';

export const scalingTypes: ResourceTypes = {
  [scalableTarget]: {
    ignored: ['RoleARN', 'ScalableDimension'],
    ref: ({ properties }) =>
      ['ResourceId', 'ScalableDimension', 'ServiceNamespace'].map((key) => properties.string(key)).join('|'),
    attributes: { Id: ({ ref }) => ref },
  },
  [scalingPolicy]: {
    nameProperty: 'PolicyName',
    ignored: [
      // Said again by the target and by what the policy configures.
      'PolicyType',
      'ScalableDimension',
      'ServiceNamespace',
      // Whose requests are counted: those of the service's own target group.
      'TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.ResourceLabel',
      // The metric is called custom, whatever it is.
      'TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification',
    ],
    ref: ({ name, seed, place }) => arnOf(place, 'autoscaling', `scalingPolicy:${hexId(seed, 32)}:policyName/${name}`),
    attributes: { Arn: ({ ref }) => ref },
  },
};

/** Warns of scaling for services that the assembly does not define; `resourceIds` are those it does. */
export function warnAboutStrayScaling(deployment: Deployment, resourceIds: ReadonlySet<string>): void {
  for (const target of deployment.of(scalableTarget)) {
    const id = target.properties.string('ResourceId');
    const isService = target.properties.string('ServiceNamespace') === 'ecs';
    if (isService && resourceIds.has(id)) continue;
    for (const left of [target, ...policiesOf(deployment, target)]) left.properties.done();
    if (isService) deployment.warn(target, `scales ${id}, which the assembly does not define, so it is left out`);
  }
}

/** How the desired count of a service (`service/<cluster>/<name>`) is scaled, or `undefined`. */
export function scalingOf(deployment: Deployment, resourceId: string): ServiceScaling | undefined {
  const target = deployment
    .of(scalableTarget)
    .find(
      ({ properties }) =>
        properties.string('ServiceNamespace') === 'ecs' && properties.string('ResourceId') === resourceId,
    );
  if (target === undefined) return undefined;
  return {
    minCapacity: target.properties.number('MinCapacity'),
    maxCapacity: target.properties.number('MaxCapacity'),
    policies: byName(policiesOf(deployment, target).flatMap((policy) => policyOf(deployment, policy))),
  };
}

function policiesOf(deployment: Deployment, target: Resource): Resource[] {
  const resourceId = target.properties.string('ResourceId');
  return deployment.of(scalingPolicy).filter(({ properties }) => {
    const id = properties.optionalString('ScalingTargetId') ?? properties.optionalString('ResourceId');
    return id === target.ref || id === resourceId;
  });
}

function policyOf(deployment: Deployment, policy: Resource): ServiceScaling['policies'][number][] {
  const config = policy.properties.object('TargetTrackingScalingPolicyConfiguration');
  if (config === undefined) {
    deployment.warn(policy, 'scales by steps or by schedule, which the blueprint does not hold');
    policy.properties.done();
    return [];
  }
  const scaleIn = config.optionalNumber('ScaleInCooldown');
  const scaleOut = config.optionalNumber('ScaleOutCooldown');
  return [
    {
      name: policy.name,
      metric: config.object('PredefinedMetricSpecification')?.string('PredefinedMetricType') ?? 'custom',
      targetValue: config.number('TargetValue'),
      ...(scaleIn !== undefined && { scaleInCooldownSeconds: scaleIn }),
      ...(scaleOut !== undefined && { scaleOutCooldownSeconds: scaleOut }),
    },
  ];
}
