import { describe, expect, test } from 'vitest';

import { portsOf } from '../src/settings.ts';

describe('ports', () => {
  test('are the documented ones when nothing overrides them', () => {
    expect(portsOf({}, {})).toEqual({ http: 8080, https: 8443, endpoint: 4566, dns: 8053 });
  });

  test('come from the environment, and from flags before that', () => {
    const environment = { SWITCHYARD_PORT: '9000', SWITCHYARD_DNS_PORT: '5353' };
    expect(portsOf({ http: '9001' }, environment)).toMatchObject({ http: 9001, dns: 5353, endpoint: 4566 });
  });

  test('may be 0, which takes a free one', () => {
    expect(portsOf({ endpoint: '0' }, {}).endpoint).toBe(0);
  });

  test.each(['65536', '-1', 'http', '80.5', '1e3', '0x50'])('refuse %j and name where it came from', (text) => {
    expect(() => portsOf({ dns: text }, {})).toThrow(
      `--dns-port is "${text}", but a port is a whole number from 0 to 65535.`,
    );
    expect(() => portsOf({}, { SWITCHYARD_PORT: text })).toThrow(`SWITCHYARD_PORT is "${text}"`);
  });

  test('are four different ones, of which any may be 0', () => {
    expect(() => portsOf({ http: '9000', endpoint: '9000' }, {})).toThrow(
      'Port 9000 is to be both the load balancer (HTTP) and the AWS API endpoint: choose another one with --port or --endpoint-port.',
    );
    expect(() => portsOf({ http: '8053' }, {})).toThrow('--port or --dns-port');
    expect(portsOf({ http: '0', dns: '0' }, {})).toMatchObject({ http: 0, dns: 0 });
  });
});
