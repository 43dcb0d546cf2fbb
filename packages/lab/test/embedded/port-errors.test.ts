import { expect, test } from 'vitest';

import { namingPorts } from '../../src/embedded/port-errors.ts';

const ports = { http: 80, https: 443, endpoint: 4566, dns: 53 };

/** What a stand-in throws when it cannot listen. */
function failing(code: string, message: string): () => Promise<never> {
  return async () => {
    throw Object.assign(new Error(message), { code });
  };
}

test.each([
  [
    'LOCAL_ALB_PORT_TAKEN',
    'Port 80 on 127.0.0.1 is taken: stop the program that holds it, or choose another port for the load balancer.',
    /^Port 80, for the load balancer \(HTTP\), is taken: .* choose another port with --port or SWITCHYARD_PORT\.$/,
  ],
  [
    'LOCAL_ALB_ADDRESS_UNAVAILABLE',
    'The load balancer cannot listen on 127.0.0.1:443 (EACCES): choose another address or port.',
    /^Port 443, for the load balancer \(HTTPS\), may not be opened by this user: choose one from 1024 up with --https-port or SWITCHYARD_HTTPS_PORT\.$/,
  ],
  [
    'LOCAL_CLOUD_MAP_LISTEN_FAILED',
    "Cloud Map's DNS could not listen on 127.0.0.1:53 (ports below 1024 need privileges); choose an address of this machine and a free port.",
    /^Port 53, for Cloud Map's DNS, may not be opened by this user: .* --dns-port or SWITCHYARD_DNS_PORT\.$/,
  ],
])('a port that cannot be had is named with what chooses another: %s', async (code, message, sentence) => {
  const names = ['http', 'https', 'endpoint', 'dns'] as const;
  await expect(namingPorts(names, ports, failing(code, message))).rejects.toThrow(sentence);
});

test('any other failure stays as it is', async () => {
  const other = failing(
    'LOCAL_ALB_ADDRESS_UNAVAILABLE',
    'The load balancer cannot listen on 10.1.1.1:80 (EADDRNOTAVAIL).',
  );
  await expect(namingPorts(['http'], ports, other)).rejects.toThrow('EADDRNOTAVAIL');
});
