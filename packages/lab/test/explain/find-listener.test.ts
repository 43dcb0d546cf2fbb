import { describe, expect, test } from 'vitest';

import { findListener } from '../../src/explain/find-listener.ts';

const http = { arn: 'arn:http', port: 80, protocol: 'HTTP', localUrl: 'http://127.0.0.1:8080' };
const https = { arn: 'arn:https', port: 443, protocol: 'HTTPS', localUrl: 'https://127.0.0.1:8443' };
const network = { arn: 'arn:tcp', port: 8080, protocol: 'TCP' };
const listeners = [network, http, https];

describe('the listener of a request', () => {
  test('is the first that speaks HTTP where only a path is given', () => {
    expect(findListener(listeners, { by: 'protocol', protocol: 'HTTP' })).toBe(http);
  });

  test('is the one that answers at a URL of this machine', () => {
    expect(findListener(listeners, { by: 'local-url', url: 'http://127.0.0.1:8080' })).toBe(http);
    expect(findListener(listeners, { by: 'local-url', url: 'https://127.0.0.1:8443' })).toBe(https);
  });

  test('may listen on every address, as in a container', () => {
    const open = { ...http, localUrl: 'http://0.0.0.0:8080' };
    for (const url of ['http://127.0.0.1:8080', 'http://[::1]:8080'])
      expect(findListener([open], { by: 'local-url', url })).toBe(open);
    expect(() => findListener([open], { by: 'local-url', url: 'http://127.0.0.1:8081' })).toThrow(
      'No listener of the lab is at http://127.0.0.1:8081; its load balancer answers at http://127.0.0.1:8080.',
    );
  });

  test('is the one with the port that any other host names', () => {
    expect(findListener(listeners, { by: 'port', port: 443 })).toBe(https);
  });

  test.each(['http://127.0.0.1:9999', 'https://127.0.0.1:8080', 'http://127.10.1.200:8080', 'http://[::1]:8080'])(
    'is missed at %s with the URLs where there are some',
    (url) => {
      expect(() => findListener(listeners, { by: 'local-url', url })).toThrow(
        expect.objectContaining({
          code: 'LAB_LISTENER_ELSEWHERE',
          message: `No listener of the lab is at ${url}; its load balancer answers at http://127.0.0.1:8080, https://127.0.0.1:8443.`,
        }),
      );
    },
  );

  test('is missed by a port that none has, with the ports that there are', () => {
    expect(() => findListener([http], { by: 'port', port: 443 })).toThrow(
      'No listener has port 443; the load balancer listens on 80.',
    );
  });
});
