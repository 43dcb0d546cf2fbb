import { BlueprintError } from '../errors.ts';
import type { TargetGroup } from '../model.ts';
import { Attributes } from './attributes.ts';

/**
 * A target group's attributes, typed, with AWS's default for each that is absent.
 * Source: `TargetGroupAttribute` in the API reference; "Edit target group attributes" in the user guide.
 */
export interface TargetGroupSettings {
  readonly deregistrationDelaySeconds: number;
  /** 0 is off. */
  readonly slowStartSeconds: number;
  readonly algorithm: 'round_robin' | 'least_outstanding_requests' | 'weighted_random';
  readonly anomalyMitigation: boolean;
  readonly crossZone: 'use_load_balancer_configuration' | 'true' | 'false';
  readonly stickiness: Stickiness;
  /** Thresholds of healthy targets below which all targets get requests. */
  readonly unhealthyStateRouting: HealthyTargetsMin;
  /** Thresholds of healthy targets below which a zone's address leaves the DNS answer. */
  readonly dnsFailover: HealthyTargetsMin;
  /** Network Load Balancer: whether connections end when the deregistration delay is over. */
  readonly connectionTermination: boolean;
  /** Network Load Balancer: whether targets see the client's address. */
  readonly preserveClientIp: boolean;
  /** Network Load Balancer: whether targets get a proxy protocol header. */
  readonly proxyProtocolV2: boolean;
}

export type Stickiness =
  | { readonly type: 'off' }
  | { readonly type: 'lb_cookie'; readonly durationSeconds: number }
  | { readonly type: 'app_cookie'; readonly cookieName: string; readonly durationSeconds: number }
  | { readonly type: 'source_ip' };

/** Absent: `off`. */
export interface HealthyTargetsMin {
  readonly count?: number;
  readonly percentage?: number;
}

/** Throws `BLUEPRINT_SETTING_INVALID` for a value that AWS does not accept. */
export function targetGroupSettings(targetGroup: TargetGroup): TargetGroupSettings {
  const attributes = new Attributes(`The target group ${targetGroup.name}`, targetGroup.attributes);
  const { protocol, targetType } = targetGroup;
  const preservesByDefault = targetType === 'instance' || protocol === 'UDP' || protocol === 'TCP_UDP';
  return {
    deregistrationDelaySeconds: attributes.integer('deregistration_delay.timeout_seconds', {
      min: 0,
      max: 3600,
      fallback: 300,
    }),
    slowStartSeconds: attributes.integer('slow_start.duration_seconds', { min: 30, max: 900, fallback: 0 }),
    algorithm: attributes.word('load_balancing.algorithm.type', [
      'round_robin',
      'least_outstanding_requests',
      'weighted_random',
    ]),
    anomalyMitigation: attributes.word('load_balancing.algorithm.anomaly_mitigation', ['off', 'on']) === 'on',
    crossZone: attributes.word('load_balancing.cross_zone.enabled', [
      'use_load_balancer_configuration',
      'true',
      'false',
    ]),
    stickiness: stickinessOf(targetGroup, attributes),
    unhealthyStateRouting: healthyTargetsMin('target_group_health.unhealthy_state_routing', attributes),
    dnsFailover: healthyTargetsMin('target_group_health.dns_failover', attributes),
    connectionTermination: attributes.flag(
      'deregistration_delay.connection_termination.enabled',
      protocol.includes('UDP'),
    ),
    preserveClientIp: attributes.flag('preserve_client_ip.enabled', preservesByDefault),
    proxyProtocolV2: attributes.flag('proxy_protocol_v2.enabled', false),
  };
}

function stickinessOf({ name }: TargetGroup, attributes: Attributes): Stickiness {
  if (!attributes.flag('stickiness.enabled', false)) return { type: 'off' };
  const duration = { min: 1, max: 604_800, fallback: 86_400 };
  const type = attributes.word('stickiness.type', [
    'lb_cookie',
    'app_cookie',
    'source_ip',
    'source_ip_dest_ip',
    'source_ip_dest_ip_proto',
  ]);
  if (type === 'lb_cookie')
    return { type, durationSeconds: attributes.integer('stickiness.lb_cookie.duration_seconds', duration) };
  if (type !== 'app_cookie') return { type: 'source_ip' };
  const cookieName = attributes.text('stickiness.app_cookie.cookie_name');
  if (cookieName === undefined || /^AWSALB/i.test(cookieName)) {
    const what =
      cookieName === undefined
        ? 'names no cookie'
        : `names the cookie ${cookieName}, which belongs to the load balancer`;
    throw new BlueprintError(
      'BLUEPRINT_SETTING_INVALID',
      `The target group ${name} has stickiness by an application cookie but ${what}; set stickiness.app_cookie.cookie_name.`,
    );
  }
  return { type, cookieName, durationSeconds: attributes.integer('stickiness.app_cookie.duration_seconds', duration) };
}

function healthyTargetsMin(prefix: string, attributes: Attributes): HealthyTargetsMin {
  const count = attributes.integerOrOff(`${prefix}.minimum_healthy_targets.count`, { min: 1, max: 1000, fallback: 1 });
  const percentage = attributes.integerOrOff(`${prefix}.minimum_healthy_targets.percentage`, {
    min: 1,
    max: 100,
    fallback: 'off',
  });
  return { ...(count !== undefined && { count }), ...(percentage !== undefined && { percentage }) };
}
