import type { ClassicLoadBalancer } from './model/classic-load-balancers.ts';
import type { DiscoveryService, Namespace } from './model/cloud-map.ts';
import type { AutoScalingGroup, CapacityProvider, Cluster } from './model/clusters.ts';
import type { LoadBalancer } from './model/load-balancers.ts';
import type { InternetGateway, NatGateway, RouteTable, Subnet, Vpc, VpcEndpoint } from './model/network.ts';
import type { Service } from './model/services.ts';
import type { TargetGroup } from './model/target-groups.ts';
import type { TaskDefinition } from './model/task-definitions.ts';
import type { NetworkAcl, SecurityGroup } from './model/traffic-filters.ts';

export type * from './model/classic-load-balancers.ts';
export type * from './model/cloud-map.ts';
export type * from './model/clusters.ts';
export type * from './model/load-balancers.ts';
export type * from './model/network.ts';
export type * from './model/rules.ts';
export type * from './model/services.ts';
export type * from './model/target-groups.ts';
export type * from './model/task-definitions.ts';
export type * from './model/traffic-filters.ts';

/**
 * The blueprint: what the CDK app deploys, as one readable value.
 *
 * Things refer to each other by `name`, which is unique among its kind. Ids and ARNs are what CloudFormation's `Ref` and
 * `Fn::GetAtt` give locally: deterministic, shaped as AWS shapes them. Absent optional properties are left out. Lists are
 * sorted by name unless order has a meaning (rules: by priority).
 */
export interface Blueprint {
  /** Rises when a reader of an older file could misread a newer one. */
  readonly formatVersion: 1;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** Zones that the template uses, in the order of `Fn::GetAZs`. */
  readonly availabilityZones: readonly string[];
  /** What the reader met and could not represent: one sentence each, naming the resource. */
  readonly warnings: readonly string[];
  readonly vpcs: readonly Vpc[];
  readonly internetGateways: readonly InternetGateway[];
  readonly natGateways: readonly NatGateway[];
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[];
  readonly networkAcls: readonly NetworkAcl[];
  readonly securityGroups: readonly SecurityGroup[];
  readonly vpcEndpoints: readonly VpcEndpoint[];
  readonly loadBalancers: readonly LoadBalancer[];
  readonly targetGroups: readonly TargetGroup[];
  /** Absent: none. */
  readonly classicLoadBalancers?: readonly ClassicLoadBalancer[];
  readonly namespaces: readonly Namespace[];
  readonly discoveryServices: readonly DiscoveryService[];
  readonly clusters: readonly Cluster[];
  /** Where EC2 instances for containers come from. Absent: none. */
  readonly autoScalingGroups?: readonly AutoScalingGroup[];
  /** Absent: Fargate's only. */
  readonly capacityProviders?: readonly CapacityProvider[];
  readonly taskDefinitions: readonly TaskDefinition[];
  readonly services: readonly Service[];
}
