import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LabError } from '../../src/errors.ts';
import { requestOfArguments } from '../../src/explain/request-of-arguments.ts';

describe('a request described on the command line', () => {
  test('takes path, query, host and port from a URL', () => {
    const { facts, listener } = requestOfArguments('get', 'https://example.com:8443/api/x?a=1&b', []);
    expect(facts).toMatchObject({ method: 'GET', host: 'example.com:8443', path: '/api/x', query: 'a=1&b' });
    expect(listener).toEqual({ by: 'port', port: 8443 });
  });

  test.each([
    ['http://127.0.0.1:8080/x', 'http://127.0.0.1:8080'],
    ['http://localhost/x', 'http://127.0.0.1:80'],
    ['https://localhost:8443/x', 'https://127.0.0.1:8443'],
    ['http://[::1]:8080/x', 'http://[::1]:8080'],
    ['http://127.10.1.200:80/x', 'http://127.10.1.200:80'],
  ])('takes %s for the listener that answers here at %s', (url, local) => {
    expect(requestOfArguments('GET', url, []).listener).toEqual({ by: 'local-url', url: local });
  });

  test.each([
    ['http://lab-1234567890.us-east-1.elb.amazonaws.com/x', 80],
    ['https://lab-1234567890.us-east-1.elb.amazonaws.com/x', 443],
  ])('takes %s for the listener that has port %i, as on AWS', (url, port) => {
    expect(requestOfArguments('GET', url, []).listener).toEqual({ by: 'port', port });
  });

  test('takes a bare path, which any HTTP listener may answer', () => {
    const request = requestOfArguments('GET', '/whoami', []);
    expect(request.facts.path).toBe('/whoami');
    expect(request.listener).toEqual({ by: 'protocol', protocol: 'HTTP' });
  });

  test('keeps every value of a repeated header, whatever the case of its name', () => {
    const { facts } = requestOfArguments('GET', '/', ['X-Service: worker', 'x-service:api', 'Host: example.com']);
    expect(facts.header('x-service')).toEqual(['worker', 'api']);
    expect(facts.header('absent')).toEqual([]);
    expect(facts.host).toBe('example.com');
  });

  test.each([
    ['G ET', '/', [], 'LAB_METHOD_INVALID'],
    ['GET', 'ftp://example.com/', [], 'LAB_URL_INVALID'],
    ['GET', 'nonsense', [], 'LAB_URL_INVALID'],
    ['GET', '/', ['no colon'], 'LAB_HEADER_INVALID'],
  ])('refuses %s %s %j with %s', (method, target, headers, code) => {
    expect(() => requestOfArguments(method, target, headers)).toThrow(expect.objectContaining({ code }));
  });

  test('is understood or refused in one sentence, never anything else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.array(fc.string(), { maxLength: 3 }), (method, target, headers) => {
        expect(() => refusalOf(() => requestOfArguments(method, target, headers))).not.toThrow();
      }),
    );
  });
});

/** What the command line may answer with; anything else goes on. */
function refusalOf(act: () => unknown): LabError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
}
