type Attributes = Readonly<Record<string, string>>;

export interface LoadBalancerSettings {
  readonly idleTimeoutMs: number;
  readonly clientKeepAliveMs: number;
  readonly desyncMitigationMode: 'monitor' | 'defensive' | 'strictest';
  readonly forwardedForMode: 'append' | 'preserve' | 'remove';
  readonly forwardedForClientPort: boolean;
  readonly preserveHostHeader: boolean;
  readonly dropInvalidHeaderFields: boolean;
  readonly tlsVersionAndCipherHeaders: boolean;
}

export const LOAD_BALANCER_DEFAULTS: Attributes = {
  'access_logs.s3.enabled': 'false',
  'access_logs.s3.bucket': '',
  'access_logs.s3.prefix': '',
  'client_keep_alive.seconds': '3600',
  'connection_logs.s3.enabled': 'false',
  'connection_logs.s3.bucket': '',
  'connection_logs.s3.prefix': '',
  'deletion_protection.enabled': 'false',
  'idle_timeout.timeout_seconds': '60',
  'load_balancing.cross_zone.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'defensive',
  'routing.http.drop_invalid_header_fields.enabled': 'false',
  'routing.http.preserve_host_header.enabled': 'false',
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'false',
  'routing.http.xff_client_port.enabled': 'false',
  'routing.http.xff_header_processing.mode': 'append',
  'routing.http2.enabled': 'true',
  'waf.fail_open.enabled': 'false',
  'zonal_shift.config.enabled': 'false',
};

/** Reads a load balancer's attributes, with AWS's defaults for what is absent. */
export function loadBalancerSettingsOf(attributes: Attributes): LoadBalancerSettings {
  const read = reader(attributes, LOAD_BALANCER_DEFAULTS);
  return {
    idleTimeoutMs: Number(read('idle_timeout.timeout_seconds')) * 1000,
    clientKeepAliveMs: Number(read('client_keep_alive.seconds')) * 1000,
    desyncMitigationMode: oneOf(
      read('routing.http.desync_mitigation_mode'),
      ['monitor', 'defensive', 'strictest'],
      'defensive',
    ),
    forwardedForMode: oneOf(
      read('routing.http.xff_header_processing.mode'),
      ['append', 'preserve', 'remove'],
      'append',
    ),
    forwardedForClientPort: read('routing.http.xff_client_port.enabled') === 'true',
    preserveHostHeader: read('routing.http.preserve_host_header.enabled') === 'true',
    dropInvalidHeaderFields: read('routing.http.drop_invalid_header_fields.enabled') === 'true',
    tlsVersionAndCipherHeaders: read('routing.http.x_amzn_tls_version_and_cipher_suite.enabled') === 'true',
  };
}

type Algorithm = 'round_robin' | 'least_outstanding_requests' | 'weighted_random';

export interface TargetGroupSettings {
  readonly algorithm: Algorithm;
  readonly deregistrationDelayMs: number;
  readonly slowStartMs: number;
  readonly stickiness:
    | { readonly type: 'lb_cookie'; readonly durationMs: number }
    | { readonly type: 'app_cookie'; readonly durationMs: number; readonly cookieName: string }
    | undefined;
  /** Fewer healthy targets than this (count or share) and requests go to all of them. */
  readonly failOpenBelow: { readonly count: number; readonly percentage: number };
}

export const TARGET_GROUP_DEFAULTS: Attributes = {
  'deregistration_delay.timeout_seconds': '300',
  'load_balancing.algorithm.anomaly_mitigation': 'off',
  'load_balancing.algorithm.type': 'round_robin',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'slow_start.duration_seconds': '0',
  'stickiness.app_cookie.cookie_name': '',
  'stickiness.app_cookie.duration_seconds': '86400',
  'stickiness.enabled': 'false',
  'stickiness.lb_cookie.duration_seconds': '86400',
  'stickiness.type': 'lb_cookie',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
};

/** Reads a target group's attributes, with AWS's defaults for what is absent. */
export function targetGroupSettingsOf(attributes: Attributes): TargetGroupSettings {
  const read = reader(attributes, TARGET_GROUP_DEFAULTS);
  const routing = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets';
  const algorithm = oneOf<Algorithm>(
    read('load_balancing.algorithm.type'),
    ['round_robin', 'least_outstanding_requests', 'weighted_random'],
    'round_robin',
  );
  return {
    algorithm,
    deregistrationDelayMs: Number(read('deregistration_delay.timeout_seconds')) * 1000,
    slowStartMs: algorithm === 'round_robin' ? Number(read('slow_start.duration_seconds')) * 1000 : 0,
    stickiness: stickinessOf(read),
    failOpenBelow: {
      count: Number(read(`${routing}.count`)) || 0,
      percentage: Number(read(`${routing}.percentage`)) || 0,
    },
  };
}

function stickinessOf(read: (key: string) => string): TargetGroupSettings['stickiness'] {
  if (read('stickiness.enabled') !== 'true') return undefined;
  if (read('stickiness.type') === 'app_cookie') {
    return {
      type: 'app_cookie',
      durationMs: Number(read('stickiness.app_cookie.duration_seconds')) * 1000,
      cookieName: read('stickiness.app_cookie.cookie_name'),
    };
  }
  return { type: 'lb_cookie', durationMs: Number(read('stickiness.lb_cookie.duration_seconds')) * 1000 };
}

function reader(attributes: Attributes, defaults: Attributes) {
  return (key: string): string => attributes[key] ?? defaults[key] ?? '';
}

function oneOf<T extends string>(value: string, allowed: readonly T[], fallback: T): T {
  return allowed.find((candidate) => candidate === value) ?? fallback;
}
