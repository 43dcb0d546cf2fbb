import type { Deployment } from '../cloudformation/deployment.ts';
import type { Resource, ResourceTypes } from '../cloudformation/resource.ts';
import { arnOf, hexId } from '../identifiers.ts';
import type { AutoScalingGroup, CapacityProvider } from '../model.ts';
import { byName } from './order.ts';

const autoScalingGroup = 'AWS::AutoScaling::AutoScalingGroup';
const capacityProvider = 'AWS::ECS::CapacityProvider';
const launchTemplate = 'AWS::EC2::LaunchTemplate';
const launchConfiguration = 'AWS::AutoScaling::LaunchConfiguration';
const associations = 'AWS::ECS::ClusterCapacityProviderAssociations';

/** How instances come and go: locally they are there from the start to the end. */
const groupLife = [
  'CapacityRebalance',
  'Cooldown',
  'DefaultInstanceWarmup',
  'DeletionProtection',
  'HealthCheckGracePeriod',
  'HealthCheckType',
  'InstanceMaintenancePolicy',
  'LaunchTemplate.Version',
  'LifecycleHookSpecificationList',
  'MaxInstanceLifetime',
  'MetricsCollection',
  'NewInstancesProtectedFromScaleIn',
  'NotificationConfiguration',
  'NotificationConfigurations',
  'ServiceLinkedRoleARN',
  'TerminationPolicies',
];

/** What the machine is, does at its start and may do: locally an instance is an address. */
const machine = [
  'AssociatePublicIpAddress',
  'BlockDeviceMappings',
  'CreditSpecification',
  'DisableApiTermination',
  'EbsOptimized',
  'IamInstanceProfile',
  'ImageId',
  'InstanceInitiatedShutdownBehavior',
  'InstanceMonitoring',
  'KeyName',
  'MetadataOptions',
  'Monitoring',
  'NetworkInterfaces.AssociatePublicIpAddress',
  'NetworkInterfaces.DeleteOnTermination',
  'NetworkInterfaces.Description',
  'NetworkInterfaces.DeviceIndex',
  'PrivateDnsNameOptions',
  'SpotPrice',
  'TagSpecifications',
  'UserData',
];

export const capacityTypes: ResourceTypes = {
  [autoScalingGroup]: {
    nameProperty: 'AutoScalingGroupName',
    ref: ({ name }) => name,
    ignored: groupLife,
    aliases: (resource) => [groupArn(resource)],
    attributes: { AutoScalingGroupARN: groupArn },
  },
  [capacityProvider]: {
    nameProperty: 'Name',
    ref: ({ name }) => name,
    // How many instances there are is fixed locally.
    ignored: ['TargetCapacity', 'MinimumScalingStepSize', 'MaximumScalingStepSize', 'InstanceWarmupPeriod'].map(
      (key) => `AutoScalingGroupProvider.ManagedScaling.${key}`,
    ),
  },
  [associations]: { ref: ({ properties }) => properties.string('Cluster') },
  [launchConfiguration]: {
    nameProperty: 'LaunchConfigurationName',
    ref: ({ name }) => name,
    ignored: machine,
  },
  [launchTemplate]: {
    nameProperty: 'LaunchTemplateName',
    ignored: ['VersionDescription', ...machine.map((key) => `LaunchTemplateData.${key}`)],
    ref: ({ seed }) => `lt-${hexId(seed, 17)}`,
    attributes: {
      LaunchTemplateId: ({ ref }) => ref,
      LatestVersionNumber: () => '1',
      DefaultVersionNumber: () => '1',
    },
  },
};

function groupArn({ name, seed, place }: Resource): string {
  return arnOf(place, 'autoscaling', `autoScalingGroup:${hexId(seed, 32)}:autoScalingGroupName/${name}`);
}

export function readAutoScalingGroups(deployment: Deployment): AutoScalingGroup[] {
  return byName(
    deployment.of(autoScalingGroup).map((resource): AutoScalingGroup => {
      const { name, properties } = resource;
      const launch = launchOf(deployment, resource);
      const minSize = properties.number('MinSize');
      return {
        name,
        subnets: deployment.names(properties, properties.strings('VPCZoneIdentifier'), 'AWS::EC2::Subnet'),
        ...launch,
        minSize,
        maxSize: properties.number('MaxSize'),
        desiredCapacity: properties.optionalNumber('DesiredCapacity') ?? minSize,
      };
    }),
  );
}

/** What its instances are, by its launch template or launch configuration. */
function launchOf(deployment: Deployment, group: Resource): Pick<AutoScalingGroup, 'securityGroups' | 'instanceType'> {
  const { properties } = group;
  const template = properties.object('LaunchTemplate')?.string('LaunchTemplateId');
  const configuration = properties.optionalString('LaunchConfigurationName');
  const launch =
    template === undefined
      ? configuration && deployment.get(properties, configuration, launchConfiguration).properties
      : deployment.get(properties, template, launchTemplate).properties.object('LaunchTemplateData');
  if (launch === undefined || launch === '') {
    properties.has('MixedInstancesPolicy');
    deployment.warn(group, 'mixes instances, of which the blueprint holds the number only');
    return { securityGroups: [], instanceType: 'mixed' };
  }
  const groups = [
    ...launch.strings('SecurityGroups'),
    ...launch.strings('SecurityGroupIds'),
    ...launch.objects('NetworkInterfaces').flatMap((each) => each.strings('Groups')),
  ];
  return {
    securityGroups: deployment.names(launch, groups, 'AWS::EC2::SecurityGroup'),
    instanceType: launch.string('InstanceType'),
  };
}

export function readCapacityProviders(deployment: Deployment): CapacityProvider[] {
  return byName(
    deployment.of(capacityProvider).map(({ name, properties }): CapacityProvider => {
      const provider = properties.object('AutoScalingGroupProvider');
      if (provider === undefined) throw properties.invalid('AutoScalingGroupProvider', 'is missing');
      const group = deployment.get(provider, provider.string('AutoScalingGroupArn'), autoScalingGroup);
      return {
        name,
        autoScalingGroup: group.name,
        managedScaling: provider.object('ManagedScaling')?.optionalString('Status') === 'ENABLED',
        managedDraining: provider.optionalString('ManagedDraining') !== 'DISABLED',
        managedTerminationProtection: provider.optionalString('ManagedTerminationProtection') === 'ENABLED',
      };
    }),
  );
}

/** The capacity providers, of those that the assembly defines, which a cluster may use. */
export function capacityProvidersOf(deployment: Deployment, cluster: Resource): string[] {
  const associated = deployment
    .of(associations)
    .filter(({ properties }) => deployment.find(properties.string('Cluster'), cluster.type) === cluster)
    .flatMap(({ properties }) => properties.strings('CapacityProviders'));
  const names = [...cluster.properties.strings('CapacityProviders'), ...associated];
  return names.filter((name) => deployment.find(name, capacityProvider) !== undefined);
}
