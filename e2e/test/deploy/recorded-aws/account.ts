/** What the recorded account holds and what it was asked: the state that its APIs share. */
export interface RecordedAccount {
  readonly accountId: string;
  readonly region: string;
  readonly zones: readonly string[];
  /** Absent: the account is not bootstrapped. */
  readonly bootstrapVersion?: number | undefined;
  /** Absent: the credentials have expired. */
  readonly callerArn?: string | undefined;
  /** By quota code; what is absent is answered as AWS answers without permission to read quotas. */
  readonly quotas: Readonly<Record<string, number>>;
  /** Besides those of its stacks. */
  readonly vpcs: number;
  /** By quota code, what Service Quotas' metric for it says; what is absent has no metric. */
  readonly usage: Readonly<Record<string, number>>;
  /** Operations that the caller lacks the permission for: `cloudwatch:GetMetricStatistics`. */
  readonly denied: readonly string[];
  /** By id. */
  readonly hostedZones: Readonly<Record<string, { readonly name: string; readonly isPrivate?: boolean }>>;
  /** By ARN. */
  readonly certificates: Readonly<Record<string, { readonly status: string; readonly names: readonly string[] }>>;
  /** Interface endpoints of the region, by the last part of their names; whether each takes a policy. */
  readonly endpoints: Readonly<Record<string, boolean>>;
  /** What AWS publishes in the parameter store of every account. */
  readonly publicParameters: Readonly<Record<string, string>>;
  /** What every load balancer's DNS name is. */
  readonly loadBalancerHost: string;
  /** Fails the first resource of this type in this stack when it is created, as CloudFormation would. */
  readonly failures: Record<string, { readonly type: string; readonly reason: string }>;
  /** ARNs that carry a tag of CloudFormation. */
  readonly tagged: readonly string[];
  /** A stack whose creation or deletion begins and never ends; the creation ends with the deletion. */
  readonly stalls?: string | undefined;
  /** A stack that somebody else begins to update just when it is asked for a change set. */
  readonly overtaken?: string | undefined;
  /** Log groups that no stack owns. */
  readonly logGroups: Set<string>;
  /** Load balancers that no stack of the app made, by the types of the ELB v2 API and `classic`. */
  readonly loadBalancers: readonly ('application' | 'network' | 'classic')[];
  /** Active ECS clusters and Cloud Map namespaces that no stack of the app made. */
  readonly clusters: readonly string[];
  readonly namespaces: readonly { readonly name: string; readonly type: 'HTTP' | 'DNS_PRIVATE' }[];
  /** Sizes in bytes of the images in the bootstrap's repository. */
  readonly images: readonly number[];
  /** Reachability analyses, by id, and the path that each is of. A path cannot be deleted while it has any. */
  readonly analyses: Map<string, string>;
  /** Discovery services that ECS left in the namespace `mesh`, which cannot be deleted while it has any. */
  readonly meshServices: Set<string>;
  readonly stacks: Map<string, RecordedStack>;
  /** Bucket and key → body. */
  readonly objects: Map<string, string>;
  /** `service:Operation argument`, in the order of arrival. */
  readonly calls: string[];
}

export interface RecordedStack {
  readonly id: string;
  readonly name: string;
  status: string;
  reason?: string;
  template: string;
  /** Where the template came from, as bucket and key. */
  templateObject: string;
  /** As they were passed. */
  parameters: Readonly<Record<string, string>>;
  /** What CloudFormation found in the parameter store. */
  resolved?: Readonly<Record<string, string>>;
  outputs: readonly RecordedOutput[];
  changeSet?: RecordedChangeSet;
  /** Oldest first. */
  readonly events: RecordedEvent[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface RecordedOutput {
  readonly OutputKey: string;
  readonly OutputValue: string;
  readonly ExportName?: string;
}

interface RecordedChangeSet {
  readonly id: string;
  readonly createdAt: Date;
  readonly type: string;
  readonly templateObject: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly resolved: Readonly<Record<string, string>>;
}

interface RecordedEvent {
  readonly EventId: string;
  readonly StackId: string;
  readonly StackName: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  readonly Timestamp: Date;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
}

/** As in any region; the ECS agent's take no policy. */
const endpointNames = [
  'ecr.api',
  'ecr.dkr',
  'logs',
  'servicediscovery',
  'data-servicediscovery',
  'ssmmessages',
  'ecs',
  'ecs-agent',
  'ecs-telemetry',
];

export type AccountOptions = Partial<Omit<RecordedAccount, 'stacks' | 'objects' | 'calls'>>;

/** An account as CDK's bootstrap leaves it: version 31, nothing deployed. `undefined` takes a member away. */
export function recordedAccount(options: AccountOptions = {}): RecordedAccount {
  return {
    accountId: '111122223333',
    region: 'us-east-1',
    zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    bootstrapVersion: 31,
    callerArn: 'arn:aws:iam::111122223333:user/ada',
    quotas: {},
    vpcs: 1,
    usage: {},
    denied: [],
    hostedZones: {},
    certificates: {},
    endpoints: Object.fromEntries(endpointNames.map((name) => [name, !name.startsWith('ecs-')])),
    publicParameters: {
      '/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id': 'ami-0123456789abcdef0',
    },
    loadBalancerHost: 'lab.example',
    failures: {},
    tagged: [],
    logGroups: new Set(),
    loadBalancers: [],
    clusters: [],
    namespaces: [],
    images: [],
    analyses: new Map(),
    meshServices: new Set(),
    ...options,
    stacks: new Map(),
    objects: new Map(),
    calls: [],
  };
}
