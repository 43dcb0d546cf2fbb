import { describe, expect, test } from 'vitest';
import { targetGroupSettings } from '../../src/settings/target-group.ts';
import { loadBalancerSettings } from '../../src/settings/load-balancer.ts';
import { blueprintOfResources } from '../support.ts';
import { listenerResources } from '../resources/support.ts';

const { loadBalancers, targetGroups } = blueprintOfResources(listenerResources({}));
const loadBalancer = (attributes: Record<string, string>) => loadBalancerSettings({ ...loadBalancers[0]!, attributes });
const targetGroup = (attributes: Record<string, string>) => targetGroupSettings({ ...targetGroups[0]!, attributes });

describe("a target group's settings", () => {
  test("are AWS's defaults when the template sets none", () => {
    expect(targetGroup({})).toEqual({
      deregistrationDelaySeconds: 300,
      slowStartSeconds: 0,
      algorithm: 'round_robin',
      anomalyMitigation: false,
      crossZone: 'use_load_balancer_configuration',
      stickiness: { type: 'off' },
      unhealthyStateRouting: { count: 1 },
      dnsFailover: { count: 1 },
      connectionTermination: false,
      preserveClientIp: false,
      proxyProtocolV2: false,
    });
  });

  test('are read from the attributes', () => {
    const settings = targetGroup({
      'deregistration_delay.timeout_seconds': '5',
      'slow_start.duration_seconds': '30',
      'load_balancing.algorithm.type': 'least_outstanding_requests',
      'target_group_health.dns_failover.minimum_healthy_targets.count': 'off',
      'target_group_health.dns_failover.minimum_healthy_targets.percentage': '50',
    });
    expect(settings).toMatchObject({
      deregistrationDelaySeconds: 5,
      slowStartSeconds: 30,
      algorithm: 'least_outstanding_requests',
    });
    expect(settings.dnsFailover).toEqual({ percentage: 50 });
  });

  test.each([
    [{ 'stickiness.enabled': 'true' }, { type: 'lb_cookie', durationSeconds: 86_400 }],
    [
      { 'stickiness.enabled': 'true', 'stickiness.type': 'lb_cookie', 'stickiness.lb_cookie.duration_seconds': '3600' },
      { type: 'lb_cookie', durationSeconds: 3600 },
    ],
    [
      { 'stickiness.enabled': 'true', 'stickiness.type': 'app_cookie', 'stickiness.app_cookie.cookie_name': 'session' },
      { type: 'app_cookie', cookieName: 'session', durationSeconds: 86_400 },
    ],
    [{ 'stickiness.enabled': 'true', 'stickiness.type': 'source_ip' }, { type: 'source_ip' }],
    [{ 'stickiness.enabled': 'false', 'stickiness.type': 'lb_cookie' }, { type: 'off' }],
  ])('say of %j which stickiness it is', (attributes, stickiness) => {
    expect(targetGroup(attributes as unknown as Record<string, string>).stickiness).toEqual(stickiness);
  });

  test.each([
    [{ 'deregistration_delay.timeout_seconds': '3601' }, 'must be a whole number from 0 to 3600'],
    [{ 'deregistration_delay.timeout_seconds': 'soon' }, 'must be a whole number from 0 to 3600'],
    [{ 'slow_start.duration_seconds': '10' }, 'must be a whole number from 30 to 900'],
    [
      { 'load_balancing.algorithm.type': 'best' },
      'must be one of round_robin, least_outstanding_requests, weighted_random',
    ],
    [{ 'stickiness.enabled': 'yes' }, 'must be one of false, true'],
    [{ 'stickiness.enabled': 'true', 'stickiness.type': 'app_cookie' }, 'names no cookie'],
    [
      { 'stickiness.enabled': 'true', 'stickiness.type': 'app_cookie', 'stickiness.app_cookie.cookie_name': 'AWSALBX' },
      'which belongs to the load balancer',
    ],
  ])('refuse %j, naming the target group', (attributes, what) => {
    const refused = () => targetGroup(attributes);
    expect(refused).toThrow(what);
    expect(refused).toThrow(/^The target group api has /);
  });
});

describe("a load balancer's settings", () => {
  test("are AWS's defaults when the template sets none", () => {
    expect(loadBalancer({})).toMatchObject({
      idleTimeoutSeconds: 60,
      clientKeepAliveSeconds: 3600,
      xffHeaderProcessingMode: 'append',
      xffClientPort: false,
      preserveHostHeader: false,
      desyncMitigationMode: 'defensive',
      dropInvalidHeaderFields: false,
      http2: true,
      crossZone: true,
    });
  });

  test('are read from the attributes', () => {
    const attributes = {
      'idle_timeout.timeout_seconds': '4000',
      'routing.http2.enabled': 'false',
      'routing.http.desync_mitigation_mode': 'strictest',
    };
    expect(loadBalancer(attributes)).toMatchObject({
      idleTimeoutSeconds: 4000,
      http2: false,
      desyncMitigationMode: 'strictest',
    });
  });

  test('refuse what AWS refuses, naming the load balancer', () => {
    expect(() => loadBalancer({ 'client_keep_alive.seconds': '59' })).toThrow(
      'The load balancer lab has client_keep_alive.seconds = 59, but it must be a whole number from 60 to 604800.',
    );
  });
});
