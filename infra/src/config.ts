/**
 * What Switchyard is, in values: the three services, the load balancer's rules, health checks and the network. Everything
 * else in this package turns these values into AWS resources, and nothing else repeats them.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

export type ServiceName = 'frontend' | 'api' | 'worker';

export interface ServiceConfig {
  readonly name: ServiceName;
  /** Folder of the package in the repository: the Dockerfile's `TARGET`. */
  readonly target: string;
  /** The path on the load balancer under which the service's own routes live; empty: the root. */
  readonly basePath: '' | `/${string}`;
  /** What Cloud Map answers for the service's name. */
  readonly recordType: 'A' | 'SRV';
  /** Services it opens connections to, besides what it needs from AWS. */
  readonly calls: readonly ServiceName[];
  /** Whether it asks Cloud Map's API for instances. */
  readonly discoversInstances: boolean;
  /** Whether the load balancer keeps a client on one task. */
  readonly sticky: boolean;
  /** CPU units; 1024 are one vCPU. */
  readonly cpu: number;
  readonly memoryMiB: number;
}

export const services: Readonly<Record<ServiceName, ServiceConfig>> = {
  frontend: {
    name: 'frontend',
    target: 'apps/frontend',
    basePath: '',
    recordType: 'A',
    calls: ['api'],
    discoversInstances: false,
    sticky: true,
    cpu: 256,
    memoryMiB: 512,
  },
  api: {
    name: 'api',
    target: 'apps/api',
    basePath: '/api',
    recordType: 'A',
    calls: ['worker'],
    discoversInstances: true,
    sticky: false,
    cpu: 256,
    memoryMiB: 512,
  },
  worker: {
    name: 'worker',
    target: 'apps/worker',
    basePath: '/worker',
    recordType: 'SRV',
    calls: [],
    discoversInstances: false,
    sticky: false,
    cpu: 256,
    memoryMiB: 512,
  },
};

export const serviceNames = Object.keys(services) as readonly ServiceName[];

/** All conditions must hold; within `paths`, one of them. */
export interface RuleConfig {
  /** 1–50000, unique; the lowest that matches wins. */
  readonly priority: number;
  readonly paths: readonly `/${string}`[];
  readonly header?: { readonly name: string; readonly value: string };
  readonly action:
    | { readonly type: 'forward'; readonly service: ServiceName }
    | { readonly type: 'redirect'; readonly path: `/${string}` }
    | { readonly type: 'fixed-response'; readonly statusCode: number; readonly messageBody: string };
}

export const rules: readonly RuleConfig[] = [
  {
    priority: 10,
    paths: ['/internal', '/internal/*'],
    action: {
      type: 'fixed-response',
      statusCode: 403,
      messageBody: 'Paths under /internal are not routable through the load balancer.\n',
    },
  },
  { priority: 20, paths: ['/api', '/api/*'], action: { type: 'forward', service: 'api' } },
  { priority: 30, paths: ['/worker', '/worker/*'], action: { type: 'forward', service: 'worker' } },
  {
    priority: 40,
    paths: ['/whoami'],
    header: { name: 'X-Service', value: 'worker' },
    action: { type: 'forward', service: 'worker' },
  },
  { priority: 50, paths: ['/trip'], action: { type: 'redirect', path: '/journey' } },
];

/** Takes what no rule matches. */
export const defaultService: ServiceName = 'frontend';

/** Every container listens here. */
export const containerPort = 3000;

/** Ports that encryption in transit adds to each task, by switches. */
export const encryption = {
  /** A service's own, with a certificate that it makes at start; for the load balancer. */
  targetPort: 3002,
  /** Of the Service Connect proxy beside it. Without a port of its own the proxy would take `containerPort`, and plain calls there would end. */
  meshPort: 3003,
} as const;

export const clusterName = 'switchyard';

export const network = {
  cidrBlock: '10.10.0.0/16',
  /** Room is left in the address plan for this many, so that a zone can be added without renumbering. */
  availabilityZonesMax: 3,
  subnetPrefixLength: 24,
} as const;

export const loadBalancer = { httpPort: 80, httpsPort: 443, idleTimeoutSeconds: 60 } as const;

/**
 * Two failed checks take a target out after at most 2 × 10 s + 5 s; a new target needs one success.
 * The draining time is longer than any request that the services allow.
 */
export const targets = {
  healthCheckPath: '/healthz',
  healthyHttpCodes: '200',
  intervalSeconds: 10,
  timeoutSeconds: 5,
  healthyThresholdCount: 2,
  unhealthyThresholdCount: 2,
  deregistrationDelaySeconds: 15,
  stickinessSeconds: 3600,
} as const;

export const tasks = {
  /** Between SIGTERM and SIGKILL; more than the deregistration delay, so that a request which began while draining ends. */
  stopTimeoutSeconds: 30,
  /** Target health is ignored this long after a task starts. */
  healthCheckGraceSeconds: 30,
  /** A deployment starts new tasks before it stops old ones and never has fewer than desired. */
  minHealthyPercent: 100,
  maxHealthyPercent: 200,
  logRetention: RetentionDays.TWO_WEEKS,
  healthCheck: { intervalSeconds: 15, timeoutSeconds: 5, retries: 3, startPeriodSeconds: 10 },
  logLevel: 'info',
  /** How often a service logs its metrics: once in each period that alarms and graphs look at. */
  metricsIntervalSeconds: 60,
} as const;

/** Of each service, from the first deployment on. Target tracking: tasks come and go so that each stays near both of these. */
export const scaling = {
  tasksMin: 2,
  tasksMax: 6,
  cpuPercent: 60,
  /** Per minute: 100 requests a second for a quarter of a vCPU. */
  requestsPerTarget: 6000,
} as const;

/**
 * The worker on EC2 instances, by a switch: in bridge mode behind a Network Load Balancer, in bridge mode behind a Classic Load
 * Balancer, which knows instances and one port only, and in host mode. One instance for each zone.
 */
export const networkModes = {
  /** Of both load balancers. */
  listenerPort: containerPort,
  bridge: { name: 'worker-bridge' },
  classic: { name: 'worker-classic', hostPort: 3001 },
  host: { name: 'worker-host', hostPort: containerPort },
  /** Of a container; an instance has room for every task that it could be given. */
  cpu: 128,
  memoryMiB: 256,
  instanceTypes: { x86_64: 't3.small', arm64: 't4g.small' },
  /** From which an instance takes ports for containers that want any; source: ECS API reference, PortMapping. */
  dynamicPorts: { from: 32_768, to: 60_999 },
} as const;

/** When somebody should look; every alarm names its entry in docs/operations.md. */
export const alarms = {
  /** Answers of the 5xx class in a minute. */
  errorsPerMinute: 5,
  /** 99th percentile. */
  responseTimeSeconds: 1,
  memoryPercent: 80,
  /** Rejected flows that began in the VPC, in a minute. */
  rejectedFlows: 10,
} as const;

export const discovery = {
  /** Private DNS. */
  namespaceName: 'switchyard.internal',
  ttlSeconds: 10,
  /** Service Connect; its aliases are `<service>.<meshName>`. */
  meshName: 'mesh',
} as const;

/** The name by which Service Connect's proxies reach a service: `api.mesh`. */
export function meshAliasOf(service: ServiceName): string {
  return `${service}.${discovery.meshName}`;
}
