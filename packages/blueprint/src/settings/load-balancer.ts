import type { LoadBalancer } from '../model.ts';
import { Attributes } from './attributes.ts';

/**
 * A load balancer's attributes, typed, with AWS's default for each that is absent.
 * Source: `LoadBalancerAttribute` in the API reference; "Edit attributes for your load balancer" in the user guide.
 */
export interface LoadBalancerSettings {
  readonly idleTimeoutSeconds: number;
  /** How long a client's connection may live, however busy it is. */
  readonly clientKeepAliveSeconds: number;
  readonly xffHeaderProcessingMode: 'append' | 'preserve' | 'remove';
  readonly xffClientPort: boolean;
  readonly preserveHostHeader: boolean;
  readonly desyncMitigationMode: 'defensive' | 'monitor' | 'strictest';
  readonly dropInvalidHeaderFields: boolean;
  readonly http2: boolean;
  readonly tlsVersionAndCipherSuiteHeaders: boolean;
  readonly wafFailOpen: boolean;
  readonly crossZone: boolean;
  readonly deletionProtection: boolean;
  readonly accessLogs: boolean;
  readonly connectionLogs: boolean;
}

/** Throws `BLUEPRINT_SETTING_INVALID` for a value that AWS does not accept. */
export function loadBalancerSettings(loadBalancer: LoadBalancer): LoadBalancerSettings {
  const attributes = new Attributes(`The load balancer ${loadBalancer.name}`, loadBalancer.attributes);
  return {
    idleTimeoutSeconds: attributes.integer('idle_timeout.timeout_seconds', { min: 1, max: 4000, fallback: 60 }),
    clientKeepAliveSeconds: attributes.integer('client_keep_alive.seconds', { min: 60, max: 604_800, fallback: 3600 }),
    xffHeaderProcessingMode: attributes.word('routing.http.xff_header_processing.mode', [
      'append',
      'preserve',
      'remove',
    ]),
    xffClientPort: attributes.flag('routing.http.xff_client_port.enabled', false),
    preserveHostHeader: attributes.flag('routing.http.preserve_host_header.enabled', false),
    desyncMitigationMode: attributes.word('routing.http.desync_mitigation_mode', ['defensive', 'monitor', 'strictest']),
    dropInvalidHeaderFields: attributes.flag('routing.http.drop_invalid_header_fields.enabled', false),
    http2: attributes.flag('routing.http2.enabled', true),
    tlsVersionAndCipherSuiteHeaders: attributes.flag('routing.http.x_amzn_tls_version_and_cipher_suite.enabled', false),
    wafFailOpen: attributes.flag('waf.fail_open.enabled', false),
    crossZone: attributes.flag('load_balancing.cross_zone.enabled', loadBalancer.type === 'application'),
    deletionProtection: attributes.flag('deletion_protection.enabled', false),
    accessLogs: attributes.flag('access_logs.s3.enabled', false),
    connectionLogs: attributes.flag('connection_logs.s3.enabled', false),
  };
}
