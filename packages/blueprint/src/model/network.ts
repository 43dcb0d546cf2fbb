export interface Vpc {
  readonly name: string;
  readonly id: string;
  readonly cidrBlock: string;
}

export interface InternetGateway {
  readonly name: string;
  readonly id: string;
  readonly vpc: string;
}

export interface NatGateway {
  readonly name: string;
  readonly id: string;
  readonly subnet: string;
}

/** CDK's subnet types: `public` has a route to an internet gateway, `private` to a NAT gateway (or, NAT-free, to endpoints), `isolated` to neither. */
export type SubnetTier = 'public' | 'private' | 'isolated';

export interface Subnet {
  readonly name: string;
  readonly id: string;
  readonly vpc: string;
  readonly tier: SubnetTier;
  readonly availabilityZone: string;
  readonly cidrBlock: string;
  readonly routeTable?: string;
  /** Absent: the VPC's default network ACL, which allows everything. */
  readonly networkAcl?: string;
  readonly mapPublicIpOnLaunch: boolean;
}

export interface RouteTable {
  readonly name: string;
  readonly id: string;
  readonly vpc: string;
  readonly routes: readonly Route[];
}

/** `target` is `internet-gateway:<name>`, `nat-gateway:<name>`, `vpc-endpoint:<name>` or, for what the model has no type for, the raw id. */
export interface Route {
  /** A CIDR block, or a prefix list id. */
  readonly destination: string;
  readonly target: string;
}

export interface VpcEndpoint {
  readonly name: string;
  readonly id: string;
  readonly vpc: string;
  readonly type: 'Interface' | 'Gateway' | 'GatewayLoadBalancer';
  /** As in the template with the region filled in: `com.amazonaws.us-east-1.logs`. */
  readonly serviceName: string;
  readonly subnets: readonly string[];
  readonly routeTables: readonly string[];
  readonly securityGroups: readonly string[];
  readonly privateDnsEnabled: boolean;
  /** Whether a policy narrower than the default (full access) is attached. */
  readonly hasPolicy: boolean;
}
