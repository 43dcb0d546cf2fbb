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
