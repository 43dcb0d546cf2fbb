import { AwsApiError, type AwsInput } from '@switchyard/local-aws-endpoint';
import { recordsOf, requiredString, stringOf } from './input.ts';

/** What attributes may be set to. AWS source: `LoadBalancerAttribute` and `TargetGroupAttribute` of the API reference. */

interface Allowed {
  readonly words?: readonly string[];
  /** From and to, both included. */
  readonly range?: readonly [number, number];
  readonly pattern?: RegExp;
}

const BOOLEAN: Allowed = { words: ['true', 'false'] };
const COUNT: Allowed = { words: ['off'], range: [1, 1000] };
const PERCENTAGE: Allowed = { words: ['off'], range: [1, 100] };
const COOKIE_SECONDS: Allowed = { range: [1, 604_800] };

/** Besides those whose default is true or false, which are one or the other. */
const ALLOWED: Readonly<Record<string, Allowed>> = {
  'client_keep_alive.seconds': { range: [60, 604_800] },
  'deregistration_delay.timeout_seconds': { range: [0, 3600] },
  'idle_timeout.timeout_seconds': { range: [1, 4000] },
  'load_balancing.algorithm.anomaly_mitigation': { words: ['on', 'off'] },
  'load_balancing.algorithm.type': { words: ['round_robin', 'least_outstanding_requests', 'weighted_random'] },
  'load_balancing.cross_zone.enabled': { words: ['true', 'false', 'use_load_balancer_configuration'] },
  'routing.http.desync_mitigation_mode': { words: ['monitor', 'defensive', 'strictest'] },
  'routing.http.xff_header_processing.mode': { words: ['append', 'preserve', 'remove'] },
  'slow_start.duration_seconds': { words: ['0'], range: [30, 900] },
  'stickiness.app_cookie.cookie_name': { pattern: /^(?!AWSALB)[!#-'*+.^`|~\w-]+$/i },
  'stickiness.app_cookie.duration_seconds': COOKIE_SECONDS,
  'stickiness.lb_cookie.duration_seconds': COOKIE_SECONDS,
  'stickiness.type': { words: ['lb_cookie', 'app_cookie'] },
  'target_group_health.dns_failover.minimum_healthy_targets.count': COUNT,
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': PERCENTAGE,
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': COUNT,
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': PERCENTAGE,
};

/** What is set, changed by the input's `Attributes`; throws for keys that `defaults` does not know and values that AWS refuses. */
export function changedAttributes(
  input: AwsInput,
  defaults: Readonly<Record<string, string>>,
  set: Readonly<Record<string, string>>,
): Record<string, string> {
  const attributes = { ...set };
  for (const pair of recordsOf(input, 'Attributes') ?? []) {
    const key = requiredString(pair, 'Key');
    const value = stringOf(pair, 'Value') ?? '';
    if (!Object.hasOwn(defaults, key)) throw refused(`Attribute key '${key}' is not recognized`);
    const isBoolean = BOOLEAN.words?.includes(defaults[key] ?? '') === true;
    const allowed = isBoolean ? BOOLEAN : ALLOWED[key];
    if (allowed !== undefined && !isAllowed(value, allowed)) {
      throw refused(`'${value}' is not valid for '${key}'${explanation(allowed)}`);
    }
    attributes[key] = value;
  }
  const { 'stickiness.enabled': sticky, 'stickiness.type': type } = attributes;
  if (sticky === 'true' && type === 'app_cookie' && !attributes['stickiness.app_cookie.cookie_name']) {
    throw refused(`'stickiness.app_cookie.cookie_name' must be set for stickiness by an application cookie`);
  }
  return attributes;
}

function isAllowed(value: string, { words, range, pattern }: Allowed): boolean {
  if (words?.includes(value) === true || pattern?.test(value) === true) return true;
  return range !== undefined && /^\d+$/.test(value) && Number(value) >= range[0] && Number(value) <= range[1];
}

function explanation({ words = [], range }: Allowed): string {
  const between = range === undefined ? [] : [`between ${range[0]} and ${range[1]}`];
  const choices = [...between, ...words];
  return choices.length === 0 ? '' : `: it must be ${choices.join(' or ')}`;
}

function refused(message: string): AwsApiError {
  return new AwsApiError('InvalidConfigurationRequest', message);
}
