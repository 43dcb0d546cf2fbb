import type { Blueprint } from '@switchyard/blueprint';

import type { TemplateResource } from '../assembly.ts';
import type { AwsTarget } from '../aws.ts';
import {
  addressCount,
  classicLoadBalancerCount,
  internetGatewayCount,
  loadBalancerCount,
  natGatewayCount,
  vpcCount,
} from './quota-counts.ts';

/** One quota that a deployment could run into. */
export interface QuotaNeed {
  readonly what: string;
  readonly serviceCode: string;
  readonly quotaCode: string;
  /** How many the deployment adds. */
  readonly needed: number;
  /** How many are there already: counted, or by the metric that Service Quotas names. Absent: every VPC has its own. */
  readonly used?: 'metric' | ((target: AwsTarget) => Promise<number>);
}

/** What is deployed, in the words of the blueprint and of the templates, and which stacks of it stand already. */
export interface Deployed {
  readonly blueprint: Pick<Blueprint, 'services' | 'taskDefinitions'>;
  readonly resources: readonly TemplateResource[];
  readonly standing: ReadonlySet<string>;
}

/** What a deployment takes of each quota, beyond what its stacks have already; quota codes as Service Quotas lists them. */
export function quotaNeedsOf(deployed: Deployed): QuotaNeed[] {
  const fresh = deployed.resources.filter(({ stack }) => !deployed.standing.has(stack));
  const count = (type: string, matches: (resource: TemplateResource) => boolean = () => true): number =>
    fresh.filter((resource) => resource.type === type && matches(resource)).length;
  const needs: QuotaNeed[] = [
    { what: 'VPCs', serviceCode: 'vpc', quotaCode: 'L-F678F1CE', needed: count('AWS::EC2::VPC'), used: vpcCount },
    {
      what: 'internet gateways',
      serviceCode: 'vpc',
      quotaCode: 'L-A4707A72',
      needed: count('AWS::EC2::InternetGateway'),
      used: internetGatewayCount,
    },
    {
      what: 'Elastic IP addresses',
      serviceCode: 'ec2',
      quotaCode: 'L-0263D0A3',
      needed: count('AWS::EC2::EIP'),
      used: addressCount,
    },
    {
      what: 'NAT gateways in a zone',
      serviceCode: 'vpc',
      quotaCode: 'L-FE5A380F',
      // In a zone of its own each.
      needed: Math.min(1, count('AWS::EC2::NatGateway')),
      used: natGatewayCount,
    },
    {
      what: 'Application Load Balancers',
      serviceCode: 'elasticloadbalancing',
      quotaCode: 'L-53DA6B97',
      needed: count('AWS::ElasticLoadBalancingV2::LoadBalancer', ({ properties }) => properties['Type'] !== 'network'),
      used: async (target) => await loadBalancerCount(target, 'application'),
    },
    {
      what: 'Network Load Balancers',
      serviceCode: 'elasticloadbalancing',
      quotaCode: 'L-69A177A2',
      needed: count('AWS::ElasticLoadBalancingV2::LoadBalancer', ({ properties }) => properties['Type'] === 'network'),
      used: async (target) => await loadBalancerCount(target, 'network'),
    },
    {
      what: 'Classic Load Balancers',
      serviceCode: 'elasticloadbalancing',
      quotaCode: 'L-E9E9831D',
      needed: count('AWS::ElasticLoadBalancing::LoadBalancer'),
      used: classicLoadBalancerCount,
    },
    {
      what: 'interface endpoints in a VPC',
      serviceCode: 'vpc',
      quotaCode: 'L-29B6F2EB',
      needed: count('AWS::EC2::VPCEndpoint', ({ properties }) => properties['VpcEndpointType'] === 'Interface'),
    },
    {
      what: 'Fargate vCPUs',
      serviceCode: 'fargate',
      quotaCode: 'L-3032A538',
      needed: fargateVcpus(deployed),
      used: 'metric',
    },
    {
      what: 'vCPUs of EC2 instances',
      serviceCode: 'ec2',
      quotaCode: 'L-1216C47A',
      needed: instanceVcpus(fresh),
      used: 'metric',
    },
  ];
  return needs.filter(({ needed }) => needed > 0);
}

/** During a deployment both the old tasks and the new ones run; the old ones of a stack that stands are in use already. */
function fargateVcpus({ blueprint, resources, standing }: Deployed): number {
  const areThere = resources.some(({ type, stack, properties }) => {
    return type === 'AWS::ECS::Service' && properties['LaunchType'] === 'FARGATE' && standing.has(stack);
  });
  return blueprint.services
    .filter(({ launchType }) => launchType === 'FARGATE')
    .reduce((sum, { taskDefinition, desiredCount, deployment }) => {
      const cpu = blueprint.taskDefinitions.find(({ name }) => name === taskDefinition)?.cpu ?? 0;
      const tasks = Math.floor((desiredCount * deployment.maximumPercent) / 100) - (areThere ? desiredCount : 0);
      return sum + (cpu / 1024) * tasks;
    }, 0);
}

/** Every instance type that the CDK app knows (t3, t4g up to large) has two. */
const vcpusOfInstance = 2;

function instanceVcpus(resources: readonly TemplateResource[]): number {
  return resources
    .filter(({ type }) => type === 'AWS::AutoScaling::AutoScalingGroup')
    .reduce((sum, { properties }) => sum + Number(properties['MinSize'] ?? 0) * vcpusOfInstance, 0);
}
