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

// ── VPC ────────────────────────────────────────────────────────────────────────────────────────────────────────────

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

export interface NetworkAcl {
  readonly name: string;
  readonly id: string;
  readonly vpc: string;
  /** Ascending by rule number, inbound first. */
  readonly entries: readonly NetworkAclEntry[];
}

export interface NetworkAclEntry {
  readonly ruleNumber: number;
  readonly direction: 'inbound' | 'outbound';
  readonly ruleAction: 'allow' | 'deny';
  /** `-1` (all), `tcp`, `udp`, `icmp` or the protocol's number. */
  readonly protocol: string;
  readonly cidrBlock: string;
  /** Inclusive. Absent: all ports. */
  readonly ports?: { readonly from: number; readonly to: number };
}

export interface SecurityGroup {
  readonly name: string;
  readonly id: string;
  readonly vpc: string;
  readonly description: string;
  readonly ingress: readonly SecurityGroupRule[];
  readonly egress: readonly SecurityGroupRule[];
}

export interface SecurityGroupRule {
  /** `-1` (all), `tcp`, `udp` or `icmp`. */
  readonly protocol: string;
  /** Inclusive. Absent: all ports. */
  readonly ports?: { readonly from: number; readonly to: number };
  /** A CIDR block (v4 or v6), `security-group:<name>` or `prefix-list:<id>`. */
  readonly peer: string;
  readonly description?: string;
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

// ── Elastic Load Balancing ─────────────────────────────────────────────────────────────────────────────────────────

export interface LoadBalancer {
  readonly name: string;
  readonly arn: string;
  readonly dnsName: string;
  readonly type: 'application' | 'network';
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** Load balancer attributes by AWS key, as set in the template; what is absent has AWS's default. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Ascending by port. */
  readonly listeners: readonly Listener[];
}

export interface Listener {
  readonly arn: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'TLS' | 'UDP' | 'TCP_UDP';
  readonly sslPolicy?: string;
  readonly certificateArns: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  /** Ascending by priority; the default rule, which every listener has, is last. */
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly arn: string;
  /** 1–50000, or `default`. */
  readonly priority: number | 'default';
  /** All must hold. Empty only for the default rule. */
  readonly conditions: readonly RuleCondition[];
  readonly transforms: readonly RuleTransform[];
  readonly action: RuleAction;
}

/** One condition; one of its values must hold. `values` are wildcard patterns, `regexValues` regular expressions; never both. */
export type RuleCondition =
  | {
      readonly field: 'host-header' | 'path-pattern';
      readonly values?: readonly string[];
      readonly regexValues?: readonly string[];
    }
  | {
      readonly field: 'http-header';
      readonly httpHeaderName: string;
      readonly values?: readonly string[];
      readonly regexValues?: readonly string[];
    }
  | { readonly field: 'http-request-method' | 'source-ip'; readonly values: readonly string[] }
  | { readonly field: 'query-string'; readonly values: readonly { readonly key?: string; readonly value: string }[] };

export interface RuleTransform {
  readonly type: 'host-header-rewrite' | 'url-rewrite';
  readonly regex: string;
  readonly replace: string;
}

export type RuleAction = ForwardAction | RedirectAction | FixedResponseAction;

export interface ForwardAction {
  readonly type: 'forward';
  /** 1–5, each with a weight of 0–999. */
  readonly targetGroups: readonly { readonly targetGroup: string; readonly weight: number }[];
  /** Group stickiness; absent: off. */
  readonly stickinessDurationSeconds?: number;
}

/** What is absent keeps the request's own value. May hold `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}`. */
export interface RedirectAction {
  readonly type: 'redirect';
  readonly statusCode: 301 | 302;
  readonly protocol?: string;
  readonly host?: string;
  readonly port?: string;
  readonly path?: string;
  readonly query?: string;
}

export interface FixedResponseAction {
  readonly type: 'fixed-response';
  readonly statusCode: number;
  readonly contentType?: string;
  readonly messageBody?: string;
}

export interface TargetGroup {
  readonly name: string;
  readonly arn: string;
  readonly vpc: string;
  readonly targetType: 'ip' | 'instance' | 'alb' | 'lambda';
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'TLS' | 'UDP' | 'TCP_UDP';
  readonly protocolVersion: 'HTTP1' | 'HTTP2' | 'GRPC';
  readonly port: number;
  readonly healthCheck: TargetGroupHealthCheck;
  /** Target group attributes by AWS key, as set in the template; what is absent has AWS's default. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Complete: what the template leaves out is filled in with AWS's default. */
export interface TargetGroupHealthCheck {
  readonly enabled: boolean;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP';
  readonly port: 'traffic-port' | number;
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThresholdCount: number;
  readonly unhealthyThresholdCount: number;
  /** `200`, `200,202` or `200-299`, or a mix. */
  readonly matcher: string;
}

/** The first generation: it knows instances, each with the same ports. */
export interface ClassicLoadBalancer {
  readonly name: string;
  readonly dnsName: string;
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly crossZone: boolean;
  readonly idleTimeoutSeconds: number;
  /** Absent: connections to a deregistered instance end at once. */
  readonly connectionDrainingSeconds?: number;
  /** Complete: what the template leaves out is filled in with AWS's default. */
  readonly healthCheck: {
    readonly protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'SSL';
    readonly port: number;
    /** HTTP and HTTPS only. */
    readonly path?: string;
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
  };
  /** Ascending by port. */
  readonly listeners: readonly {
    readonly port: number;
    readonly protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'SSL';
    readonly instancePort: number;
    readonly instanceProtocol: 'HTTP' | 'HTTPS' | 'TCP' | 'SSL';
    /** By the cookie AWSELB; without a duration it lasts as long as the browser's session. Absent: off. */
    readonly stickiness?: { readonly durationSeconds?: number };
  }[];
}

// ── Cloud Map ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Namespace {
  /** The DNS or HTTP name: `switchyard.internal`, `mesh`. */
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly type: 'DNS_PRIVATE' | 'HTTP';
  /** Private DNS only. */
  readonly vpc?: string;
  readonly hostedZoneId?: string;
}

export interface DiscoveryService {
  /** `<service>.<namespace>`, unique; e.g. `worker.switchyard.internal`. */
  readonly name: string;
  /** The name within the namespace; e.g. `worker`. */
  readonly serviceName: string;
  readonly id: string;
  readonly arn: string;
  readonly namespace: string;
  readonly type: 'DNS_HTTP' | 'DNS' | 'HTTP';
  /** Absent for `HTTP`. */
  readonly dns?: {
    readonly routingPolicy: 'MULTIVALUE' | 'WEIGHTED';
    readonly records: readonly { readonly type: 'A' | 'AAAA' | 'SRV' | 'CNAME'; readonly ttlSeconds: number }[];
  };
  /** `HealthCheckCustomConfig` present. */
  readonly customHealthCheck: boolean;
}

// ── ECS ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Cluster {
  readonly name: string;
  readonly arn: string;
  /** Name of the default Service Connect namespace. */
  readonly serviceConnectNamespace?: string;
  /** Those of {@link Blueprint.capacityProviders} that it may use: their instances are its container instances. Absent: none. */
  readonly capacityProviders?: readonly string[];
}

export interface AutoScalingGroup {
  readonly name: string;
  /** Its instances are spread over these subnets' zones. */
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly instanceType: string;
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredCapacity: number;
}

export interface CapacityProvider {
  readonly name: string;
  readonly autoScalingGroup: string;
  readonly managedScaling: boolean;
  readonly managedDraining: boolean;
  readonly managedTerminationProtection: boolean;
}

export interface TaskDefinition {
  /** The family; unique, hence the name. */
  readonly name: string;
  readonly revision: number;
  readonly arn: string;
  readonly networkMode: 'awsvpc' | 'bridge' | 'host' | 'none';
  /** CPU units (1024 = one vCPU). */
  readonly cpu?: number;
  /** MiB. */
  readonly memory?: number;
  /** Empty directories that live as long as the task. Absent: none. */
  readonly volumes?: readonly { readonly name: string }[];
  readonly containers: readonly Container[];
}

export interface Container {
  readonly name: string;
  readonly image: ContainerImage;
  readonly essential: boolean;
  readonly portMappings: readonly PortMapping[];
  readonly environment: Readonly<Record<string, string>>;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly healthCheck?: ContainerHealthCheck;
  readonly stopTimeoutSeconds: number;
  readonly readonlyRootFilesystem: boolean;
  /** Absent: none. */
  readonly mountPoints?: readonly {
    readonly sourceVolume: string;
    readonly containerPath: string;
    readonly readOnly: boolean;
  }[];
  readonly user?: string;
  readonly logDriver?: string;
  readonly logOptions?: Readonly<Record<string, string>>;
}

export type ContainerImage =
  /** Built from this repository: `directory` is the build context relative to the repository's root, `buildArgs.TARGET` the package within it. */
  | {
      readonly kind: 'asset';
      readonly directory: string;
      readonly dockerfile: string;
      readonly buildArgs: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'registry'; readonly uri: string };

export interface PortMapping {
  readonly containerPort: number;
  /** `0` is a dynamic port (bridge mode). */
  readonly hostPort?: number;
  readonly protocol: 'tcp' | 'udp';
  readonly name?: string;
  readonly appProtocol?: 'http' | 'http2' | 'grpc';
}

export interface ContainerHealthCheck {
  /** First word `CMD` or `CMD-SHELL`. */
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}

export interface Service {
  readonly name: string;
  readonly arn: string;
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly launchType: 'FARGATE' | 'EC2' | 'EXTERNAL';
  /** Of {@link Blueprint.capacityProviders}, where the service names one. */
  readonly capacityProvider?: string;
  /** How tasks are placed on instances. Absent: as ECS does by default, spread over zones, without constraints. */
  readonly placement?: {
    readonly strategies: readonly { readonly type: 'random' | 'spread' | 'binpack'; readonly field?: string }[];
    /** Whether each task needs an instance of its own. */
    readonly distinctInstance: boolean;
  };
  readonly schedulingStrategy: 'REPLICA' | 'DAEMON';
  readonly desiredCount: number;
  readonly deployment: {
    readonly maximumPercent: number;
    readonly minimumHealthyPercent: number;
    readonly circuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
  };
  readonly availabilityZoneRebalancing: boolean;
  readonly healthCheckGracePeriodSeconds: number;
  readonly enableExecuteCommand: boolean;
  /** awsvpc only. */
  readonly network?: {
    readonly subnets: readonly string[];
    readonly securityGroups: readonly string[];
    readonly assignPublicIp: boolean;
  };
  readonly loadBalancers: readonly {
    readonly targetGroup: string;
    readonly containerName: string;
    readonly containerPort: number;
  }[];
  /** Absent: none. */
  readonly classicLoadBalancers?: readonly {
    readonly loadBalancer: string;
    readonly containerName: string;
    readonly containerPort: number;
  }[];
  readonly serviceRegistries: readonly {
    readonly discoveryService: string;
    readonly containerName?: string;
    readonly containerPort?: number;
  }[];
  readonly serviceConnect?: ServiceConnect;
  /** Absent: the count changes by hand only. */
  readonly scaling?: ServiceScaling;
}

/** Application Auto Scaling of a service's desired count. */
export interface ServiceScaling {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  /** Target tracking; sorted by name. */
  readonly policies: readonly {
    readonly name: string;
    /** The predefined metric (`ECSServiceAverageCPUUtilization`), or `custom`. */
    readonly metric: string;
    readonly targetValue: number;
    readonly scaleInCooldownSeconds?: number;
    readonly scaleOutCooldownSeconds?: number;
  }[];
}

export interface ServiceConnect {
  readonly namespace: string;
  /** Empty: a client only. */
  readonly services: readonly ServiceConnectService[];
}

export interface ServiceConnectService {
  readonly portName: string;
  /** The container port that `portName` names. */
  readonly containerPort: number;
  readonly appProtocol: 'http' | 'http2' | 'grpc' | 'tcp';
  readonly discoveryName: string;
  readonly clientAliases: readonly { readonly dnsName: string; readonly port: number }[];
  /** Absent: AWS's defaults (15 s per request, 5 min idle). */
  readonly timeout?: { readonly idleTimeoutSeconds?: number; readonly perRequestTimeoutSeconds?: number };
}
