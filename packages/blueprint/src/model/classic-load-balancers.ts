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
