import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/load-config.ts';
import { loadServiceConfig, parsePeers } from '../../src/config/service-config.ts';

const PEERS = JSON.stringify({
  worker: {
    dnsName: 'worker.switchyard.internal',
    recordType: 'SRV',
    port: 3000,
    serviceConnectUrl: 'http://worker.mesh:3000',
  },
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadServiceConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
  }
  return [];
}

test('reads what the task definition says, with defaults for the rest', () => {
  const config = loadServiceConfig({ SERVICE_NAME: 'api', BASE_PATH: '/api', STOP_TIMEOUT_SECONDS: '45', PEERS });
  expect(config).toMatchObject({
    serviceName: 'api',
    port: 3000,
    basePath: '/api',
    logLevel: 'info',
    albIdleTimeoutSeconds: 60,
    stopTimeoutSeconds: 45,
    metadataUri: '',
  });
  expect(config.peers.get('worker')?.recordType).toBe('SRV');
});

test('says one sentence for each wrong variable', () => {
  expect(problemsOf({ PORT: 'http', BASE_PATH: 'api/', LOG_LEVEL: 'loud' })).toEqual([
    'SERVICE_NAME is missing.',
    'PORT must be an integer from 0 to 65535, but is "http".',
    'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, but is "loud".',
    'BASE_PATH must be a path such as /api (or nothing) under which the load balancer sends requests here, but is "api/".',
  ]);
});

test('takes an empty number for one that is not given', () => {
  expect(loadServiceConfig({ SERVICE_NAME: 'api', PORT: '' }).port).toBe(3000);
});

test('refuses peers that are no JSON, no object, or lack a member', () => {
  expect(() => parsePeers('{')).toThrow('PEERS must be JSON');
  expect(() => parsePeers('[]')).toThrow('PEERS must be an object, but is [].');
  expect(() => parsePeers('{"worker":{"recordType":"MX"}}')).toThrow(
    'PEERS.worker.dnsName is missing.\nPEERS.worker.recordType must be one of A, SRV, but is "MX".',
  );
});
