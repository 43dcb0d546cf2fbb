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
