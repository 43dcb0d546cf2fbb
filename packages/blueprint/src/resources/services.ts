import type { Deployment } from '../cloudformation/deployment.ts';
import type { Properties } from '../cloudformation/properties.ts';
import type { Resource, ResourceTypes } from '../cloudformation/resource.ts';
import { arnOf } from '../identifiers.ts';
import type { Cluster, Service, TaskDefinition } from '../model.ts';
import { byName } from './order.ts';
import { scalingOf, warnAboutStrayScaling } from './scaling.ts';
import { serviceConnectOf } from './service-connect.ts';
import { loadBalancersOf, serviceRegistriesOf } from './service-registrations.ts';

const service = 'AWS::ECS::Service';

export const serviceTypes: ResourceTypes = {
  [service]: {
    nameProperty: 'ServiceName',
    ref: arn,
    ignored: [
      // Tags of tasks.
      'EnableECSManagedTags',
      'PropagateTags',
      // The local run has no identities, and one version of everything.
      'Role',
      'PlatformVersion',
      'ForceNewDeployment',
      // What observes: there are no alarms locally, and the proxies report by events.
      'DeploymentConfiguration.Alarms',
      'ServiceConnectConfiguration.AccessLogConfiguration',
      'ServiceConnectConfiguration.LogConfiguration',
      // A share of one; further providers are warned of.
      'CapacityProviderStrategy.Base',
      'CapacityProviderStrategy.Weight',
    ],
    attributes: { ServiceArn: arn, Name: ({ name }) => name },
  },
};

function arn({ name, place, properties }: Resource): string {
  const cluster = properties.optionalString('Cluster')?.split('/').at(-1) ?? 'default';
  return arnOf(place, 'ecs', `service/${cluster}/${name}`);
}

interface Around {
  readonly clusters: readonly Cluster[];
  readonly taskDefinitions: readonly TaskDefinition[];
}

export function readServices(deployment: Deployment, around: Around): Service[] {
  const services = deployment.of(service).map((resource) => serviceOf(deployment, resource, around));
  warnAboutStrayScaling(deployment, new Set(services.map(({ cluster, name }) => `service/${cluster}/${name}`)));
  return byName(services);
}

function serviceOf(deployment: Deployment, resource: Resource, around: Around): Service {
  const { name, ref, properties } = resource;
  warnAboutDeployment(deployment, resource);
  const clusterName = deployment.get(properties, properties.string('Cluster'), 'AWS::ECS::Cluster').name;
  const family = deployment.get(properties, properties.string('TaskDefinition'), 'AWS::ECS::TaskDefinition').name;
  const cluster = around.clusters.find((candidate) => candidate.name === clusterName);
  const taskDefinition = around.taskDefinitions.find((candidate) => candidate.name === family);
  if (cluster === undefined || taskDefinition === undefined)
    throw properties.invalid('TaskDefinition', 'cannot be read');
  const deploymentConfiguration = properties.object('DeploymentConfiguration');
  const breaker = deploymentConfiguration?.object('DeploymentCircuitBreaker');
  const schedulingStrategy = properties.oneOf('SchedulingStrategy', ['REPLICA', 'DAEMON']);
  const maximumPercent = deploymentConfiguration?.optionalNumber('MaximumPercent') ?? 200;
  const network = networkOf(deployment, properties);
  const serviceConnect = serviceConnectOf(deployment, resource, { cluster, taskDefinition });
  const scaling = scalingOf(deployment, `service/${clusterName}/${name}`);
  if (taskDefinition.networkMode === 'awsvpc' && network === undefined)
    throw properties.invalid('NetworkConfiguration', 'is missing');
  return {
    name,
    arn: ref,
    cluster: clusterName,
    taskDefinition: family,
    ...capacityOf(deployment, properties),
    ...placementOf(deployment, resource),
    schedulingStrategy,
    desiredCount: properties.optionalNumber('DesiredCount') ?? scaling?.minCapacity ?? 1,
    deployment: {
      maximumPercent,
      minimumHealthyPercent:
        deploymentConfiguration?.optionalNumber('MinimumHealthyPercent') ?? (schedulingStrategy === 'DAEMON' ? 0 : 100),
      circuitBreaker: {
        enable: breaker?.boolean('Enable', false) ?? false,
        rollback: breaker?.boolean('Rollback', false) ?? false,
      },
    },
    // ECS turns rebalancing on for new services where the deployment allows one task more.
    availabilityZoneRebalancing:
      properties.oneOf(
        'AvailabilityZoneRebalancing',
        rebalancing(schedulingStrategy === 'REPLICA' && maximumPercent > 100),
      ) === 'ENABLED',
    healthCheckGracePeriodSeconds: properties.optionalNumber('HealthCheckGracePeriodSeconds') ?? 0,
    enableExecuteCommand: properties.boolean('EnableExecuteCommand', false),
    ...(network && { network }),
    ...loadBalancersOf(deployment, resource, taskDefinition),
    serviceRegistries: serviceRegistriesOf(deployment, properties),
    ...(serviceConnect && { serviceConnect }),
    ...(scaling && { scaling }),
  };
}

function rebalancing(byDefault: boolean): ['ENABLED' | 'DISABLED', 'ENABLED' | 'DISABLED'] {
  return byDefault ? ['ENABLED', 'DISABLED'] : ['DISABLED', 'ENABLED'];
}

function warnAboutDeployment(deployment: Deployment, resource: Resource): void {
  const { properties } = resource;
  const controller = properties.object('DeploymentController')?.optionalString('Type') ?? 'ECS';
  const strategy = properties.object('DeploymentConfiguration')?.optionalString('Strategy') ?? 'ROLLING';
  if (controller !== 'ECS')
    deployment.warn(resource, `is deployed by ${controller}; the local run replaces its tasks in a rolling deployment`);
  if (strategy !== 'ROLLING')
    deployment.warn(resource, `is deployed ${strategy}; the local run replaces its tasks in a rolling deployment`);
}

function capacityOf(deployment: Deployment, properties: Properties): Pick<Service, 'launchType' | 'capacityProvider'> {
  const [strategy] = properties.objects('CapacityProviderStrategy');
  if (strategy === undefined) return { launchType: properties.oneOf('LaunchType', ['EC2', 'FARGATE', 'EXTERNAL']) };
  const name = strategy.string('CapacityProvider');
  if (name.startsWith('FARGATE')) return { launchType: 'FARGATE' };
  const isKnown = deployment.find(name, 'AWS::ECS::CapacityProvider') !== undefined;
  return { launchType: 'EC2', ...(isKnown && { capacityProvider: name }) };
}

function placementOf(deployment: Deployment, resource: Resource): Pick<Service, 'placement'> {
  const constraints = resource.properties.objects('PlacementConstraints').map((each) => ({
    type: each.oneOf('Type', ['distinctInstance', 'memberOf'], { required: true }),
    expression: each.optionalString('Expression'),
  }));
  const isConstrained = (type: string): boolean => constraints.some((each) => each.type === type);
  if (isConstrained('memberOf'))
    deployment.warn(resource, 'is placed by an expression about instances, which the blueprint does not hold');
  const strategies = resource.properties.objects('PlacementStrategies').map((strategy) => {
    const field = strategy.optionalString('Field');
    return {
      type: strategy.oneOf('Type', ['random', 'spread', 'binpack'], { required: true }),
      ...(field !== undefined && { field }),
    };
  });
  const distinctInstance = isConstrained('distinctInstance');
  return strategies.length === 0 && !distinctInstance ? {} : { placement: { strategies, distinctInstance } };
}

function networkOf(deployment: Deployment, properties: Properties): Service['network'] {
  const config = properties.object('NetworkConfiguration')?.object('AwsvpcConfiguration');
  return (
    config && {
      subnets: deployment.names(config, config.strings('Subnets'), 'AWS::EC2::Subnet'),
      securityGroups: deployment.names(config, config.strings('SecurityGroups'), 'AWS::EC2::SecurityGroup'),
      assignPublicIp: config.oneOf('AssignPublicIp', ['DISABLED', 'ENABLED']) === 'ENABLED',
    }
  );
}
