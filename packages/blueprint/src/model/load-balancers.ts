import type { Rule } from './rules.ts';

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
