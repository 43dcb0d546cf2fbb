export interface Service {
  readonly name: string;
  readonly arn: string;
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly launchType: 'FARGATE' | 'EC2' | 'EXTERNAL';
  /** Of the blueprint's `capacityProviders`, where the service names one. */
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
