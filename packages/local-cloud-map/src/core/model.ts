/** What Cloud Map knows: namespaces hold services, services hold instances; operations are changes under way. */

/** An error of the API; `code` is the name of its shape, `members` what it carries besides its message. */
export class CloudMapError extends Error {
  override readonly name = 'CloudMapError';
  readonly code: string;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.members = members;
  }
}

/** Time and chance, which the core never takes for itself. */
export interface Context {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface NamespaceState {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly type: 'DNS_PRIVATE' | 'HTTP';
  readonly vpc?: string;
  readonly hostedZoneId?: string;
  readonly createdAtMs: number;
  readonly creatorRequestId?: string;
  readonly tags: Map<string, string>;
  readonly services: Map<string, ServiceState>;
  description?: string | undefined;
  /** TTL of the zone's SOA record in seconds, hence (with the SOA's minimum) of negative answers. */
  soaTtlSeconds: number;
}

export type RecordType = 'A' | 'AAAA' | 'SRV' | 'CNAME';

export interface DnsConfig {
  readonly routingPolicy: 'MULTIVALUE' | 'WEIGHTED';
  readonly records: readonly { readonly type: RecordType; readonly ttlSeconds: number }[];
}

export interface ServiceState {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly namespace: NamespaceState;
  readonly type: 'DNS_HTTP' | 'DNS' | 'HTTP';
  readonly customHealthCheck: boolean;
  readonly createdAtMs: number;
  readonly creatorRequestId?: string;
  readonly tags: Map<string, string>;
  readonly attributes: Map<string, string>;
  readonly instances: Map<string, InstanceState>;
  description?: string | undefined;
  dns?: DnsConfig | undefined;
  /** Grows when an instance is registered, deregistered or given other attributes; not when its health changes. */
  revision: number;
}

export interface InstanceState {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly creatorRequestId?: string;
  /** Means nothing for a service without a health check. */
  healthy: boolean;
  healthChange?: Due | undefined;
}

type OperationType =
  | 'CREATE_NAMESPACE'
  | 'DELETE_NAMESPACE'
  | 'UPDATE_NAMESPACE'
  | 'UPDATE_SERVICE'
  | 'REGISTER_INSTANCE'
  | 'DEREGISTER_INSTANCE';

export interface OperationState {
  readonly id: string;
  readonly type: OperationType;
  readonly targets: { readonly NAMESPACE?: string; readonly SERVICE?: string; readonly INSTANCE?: string };
  readonly createdAtMs: number;
  /** From then on the status is `SUCCESS`. */
  readonly doneAtMs: number;
  readonly creatorRequestId?: string;
}

/** A change that takes effect later. */
export interface Due {
  readonly atMs: number;
  readonly apply: () => void;
}

export interface Settings {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** How long an operation takes; its effect comes at its end. */
  readonly operationDelayMs: number;
  /** How long UpdateInstanceCustomHealthStatus takes to show. */
  readonly customHealthDelayMs: number;
}

export interface State {
  readonly settings: Settings;
  readonly namespaces: Map<string, NamespaceState>;
  readonly services: Map<string, ServiceState>;
  readonly operations: Map<string, OperationState>;
  readonly due: Set<Due>;
  readonly emit: (event: CloudMapEvent) => void;
}

/** What happened in the registry, when it took effect. `service` is `<service>.<namespace>`. */
export type CloudMapEvent =
  | {
      readonly kind: 'registered';
      readonly service: string;
      readonly instanceId: string;
      readonly attributes: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'deregistered'; readonly service: string; readonly instanceId: string }
  | {
      readonly kind: 'health-changed';
      readonly service: string;
      readonly instanceId: string;
      readonly from: HealthStatus;
      readonly to: HealthStatus;
    };

export type HealthStatus = 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';

export function emptyState(settings: Settings, emit: (event: CloudMapEvent) => void): State {
  return { settings, namespaces: new Map(), services: new Map(), operations: new Map(), due: new Set(), emit };
}

export function qualifiedName(service: ServiceState): string {
  return `${service.name}.${service.namespace.name}`;
}

/** `UNKNOWN` without a health check: nobody looks. */
export function healthStatusOf(service: ServiceState, instance: InstanceState): HealthStatus {
  if (!service.customHealthCheck) return 'UNKNOWN';
  return instance.healthy ? 'HEALTHY' : 'UNHEALTHY';
}

/** Whether discovery may send traffic there: without a health check every instance counts as healthy. */
export function isServing(service: ServiceState, instance: InstanceState): boolean {
  return !service.customHealthCheck || instance.healthy;
}
