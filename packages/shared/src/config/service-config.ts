import { checkValue } from '../schema/check-value.ts';
import type { Schema, Static } from '../schema/schema.ts';
import { ConfigError, loadConfig } from './load-config.ts';
import type { Environment } from './load-config.ts';

/** The variables that every service reads. The CDK app writes them into the task definitions; ECS adds those it provides. */
export const SERVICE_VARIABLES = {
  type: 'object',
  required: [
    'SERVICE_NAME',
    'PORT',
    'TLS_PORT',
    'HOST',
    'LOG_LEVEL',
    'BASE_PATH',
    'ALB_ROUTE',
    'ALB_IDLE_TIMEOUT_SECONDS',
    'STOP_TIMEOUT_SECONDS',
    'METRICS_INTERVAL_SECONDS',
    'CLOUD_MAP_NAMESPACE',
    'PEERS',
    'ECS_CONTAINER_METADATA_URI_V4',
  ],
  properties: {
    SERVICE_NAME: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,62}$', description: 'a service name in lower case' },
    PORT: { type: 'integer', minimum: 0, maximum: 65_535, default: 3000, description: 'the port to listen on' },
    TLS_PORT: {
      type: 'integer',
      minimum: 0,
      maximum: 65_535,
      default: 0,
      description: 'the port to speak HTTPS on as well, with a certificate made at the start; 0: none',
    },
    HOST: { type: 'string', minLength: 1, default: '0.0.0.0', description: 'the address to listen on' },
    LOG_LEVEL: {
      type: 'string',
      enum: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      default: 'info',
      description: 'the least level that is logged',
    },
    BASE_PATH: {
      type: 'string',
      pattern: '^(/[a-z0-9-]+)*$',
      default: '',
      description: 'a path such as /api (or nothing) under which the load balancer sends requests here',
    },
    ALB_ROUTE: {
      type: 'string',
      maxLength: 512,
      default: 'a rule not told to the service',
      description: 'the listener rule that leads here, in words',
    },
    ALB_IDLE_TIMEOUT_SECONDS: {
      type: 'integer',
      minimum: 1,
      maximum: 4000,
      default: 60,
      description: "the load balancer's idle timeout; connections are kept open for longer",
    },
    STOP_TIMEOUT_SECONDS: {
      type: 'integer',
      minimum: 2,
      maximum: 120,
      default: 30,
      description: 'the seconds between SIGTERM and SIGKILL; the shutdown ends before',
    },
    METRICS_INTERVAL_SECONDS: {
      type: 'integer',
      minimum: 0,
      maximum: 3600,
      default: 0,
      description: 'how often metrics are logged, in the CloudWatch Embedded Metric Format; 0: never',
    },
    CLOUD_MAP_NAMESPACE: {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      default: 'switchyard.internal',
      description: 'the private DNS namespace of the services',
    },
    PEERS: { type: 'string', maxLength: 16_384, default: '{}', description: 'how each service is found, as JSON' },
    ECS_CONTAINER_METADATA_URI_V4: {
      type: 'string',
      default: '',
      description: 'the task metadata endpoint; ECS provides it',
    },
  },
} as const satisfies Schema;

const PEERS_SCHEMA = {
  type: 'object',
  maxProperties: 64,
  additionalProperties: {
    type: 'object',
    required: ['dnsName', 'recordType', 'port', 'serviceConnectUrl'],
    properties: {
      dnsName: {
        type: 'string',
        pattern: '^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?$',
        description: 'a DNS name',
      },
      recordType: { type: 'string', enum: ['A', 'SRV'] },
      port: { type: 'integer', minimum: 1, maximum: 65_535 },
      serviceConnectUrl: {
        type: 'string',
        pattern: '^http://[A-Za-z0-9._-]+(:[0-9]{1,5})?$',
        description: 'an origin such as http://worker.mesh:3000',
      },
    },
  },
} as const satisfies Schema;

/** How another service of the lab is found. */
export interface Peer {
  /** Its name in Cloud Map's DNS: `worker.switchyard.internal`. */
  readonly dnsName: string;
  readonly recordType: 'A' | 'SRV';
  /** The container port; an SRV answer's port takes precedence. */
  readonly port: number;
  /** Its Service Connect alias as an origin: `http://worker.mesh:3000`. */
  readonly serviceConnectUrl: string;
}

/** What a service knows of its surroundings. */
export interface ServiceConfig {
  readonly serviceName: string;
  readonly host: string;
  readonly port: number;
  /** 0: none. */
  readonly tlsPort: number;
  readonly logLevel: string;
  readonly basePath: string;
  readonly albRoute: string;
  readonly albIdleTimeoutSeconds: number;
  readonly stopTimeoutSeconds: number;
  /** 0: no metrics. */
  readonly metricsIntervalSeconds: number;
  readonly cloudMapNamespace: string;
  readonly peers: ReadonlyMap<string, Peer>;
  /** Empty outside of ECS. */
  readonly metadataUri: string;
}

/**
 * Reads a service's configuration.
 *
 * @throws {ConfigError} with one sentence per wrong variable
 */
export function loadServiceConfig(env: Environment): ServiceConfig {
  const variables = loadConfig(SERVICE_VARIABLES, env);
  return {
    serviceName: variables.SERVICE_NAME,
    host: variables.HOST,
    port: variables.PORT,
    tlsPort: variables.TLS_PORT,
    logLevel: variables.LOG_LEVEL,
    basePath: variables.BASE_PATH,
    albRoute: variables.ALB_ROUTE,
    albIdleTimeoutSeconds: variables.ALB_IDLE_TIMEOUT_SECONDS,
    stopTimeoutSeconds: variables.STOP_TIMEOUT_SECONDS,
    metricsIntervalSeconds: variables.METRICS_INTERVAL_SECONDS,
    cloudMapNamespace: variables.CLOUD_MAP_NAMESPACE,
    peers: parsePeers(variables.PEERS),
    metadataUri: variables.ECS_CONTAINER_METADATA_URI_V4,
  };
}

/** @throws {ConfigError} when the text is not a JSON object of peers */
export function parsePeers(text: string): ReadonlyMap<string, Peer> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ConfigError(['PEERS must be JSON such as {"worker":{"dnsName":…}}, but cannot be parsed.']);
  }
  const checked = checkValue(PEERS_SCHEMA, json, { name: 'PEERS' });
  if ('problems' in checked) throw new ConfigError(checked.problems);
  return new Map(Object.entries(checked.value as Static<typeof PEERS_SCHEMA>));
}
