import type { Blueprint, ClassicLoadBalancer } from '@switchyard/blueprint';
import { blueprintOf } from './blueprint.ts';
import type { ServiceSpec } from './blueprint.ts';

export interface InstanceServiceSpec extends ServiceSpec {
  readonly networkMode: 'bridge' | 'host';
  readonly hostPort?: number;
  readonly classic?: boolean;
}

/** A blueprint of services on EC2 instances: three, two of them in the first zone, unless told otherwise. */
export function onInstances(specs: readonly InstanceServiceSpec[], desiredCapacity = 3): Blueprint {
  const blueprint = blueprintOf(
    specs.map((spec) => ({
      ...spec,
      service: {
        launchType: 'EC2',
        ...(spec.classic === true && {
          classicLoadBalancers: [{ loadBalancer: 'old', containerName: spec.name, containerPort: 3000 }],
        }),
        ...spec.service,
      },
      container: {
        portMappings: [
          { containerPort: 3000, protocol: 'tcp', ...(spec.hostPort !== undefined && { hostPort: spec.hostPort }) },
        ],
        ...spec.container,
      },
    })),
  );
  return {
    ...blueprint,
    targetGroups: blueprint.targetGroups.map((group) => ({ ...group, targetType: 'instance', protocol: 'TCP' })),
    classicLoadBalancers: [classicLoadBalancer],
    clusters: blueprint.clusters.map((cluster) => ({ ...cluster, capacityProviders: ['ec2'] })),
    autoScalingGroups: [
      {
        name: 'instances',
        subnets: ['private-a', 'private-b'],
        securityGroups: [],
        instanceType: 't3.small',
        minSize: desiredCapacity,
        maxSize: desiredCapacity,
        desiredCapacity,
      },
    ],
    capacityProviders: [
      {
        name: 'ec2',
        autoScalingGroup: 'instances',
        managedScaling: true,
        managedDraining: true,
        managedTerminationProtection: false,
      },
    ],
    taskDefinitions: blueprint.taskDefinitions.map((definition) => ({
      ...definition,
      networkMode: specs.find(({ name }) => name === definition.name)?.networkMode ?? 'bridge',
    })),
    services: blueprint.services.map((service) => {
      const { network, ...rest } = service;
      return network === undefined ? service : rest;
    }),
  };
}

const classicLoadBalancer: ClassicLoadBalancer = {
  name: 'old',
  dnsName: 'internal-old.us-east-1.elb.amazonaws.com',
  scheme: 'internal',
  vpc: 'vpc',
  subnets: ['private-a'],
  securityGroups: [],
  crossZone: true,
  idleTimeoutSeconds: 60,
  connectionDrainingSeconds: 5,
  healthCheck: {
    protocol: 'HTTP',
    port: 3001,
    path: '/healthz',
    intervalSeconds: 5,
    timeoutSeconds: 2,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
  },
  listeners: [{ port: 80, protocol: 'HTTP', instancePort: 3001, instanceProtocol: 'HTTP' }],
};
