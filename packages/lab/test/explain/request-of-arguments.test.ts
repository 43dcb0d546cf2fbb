import type { RequestFacts } from '@switchyard/blueprint';
import type { ReadRequest } from '@switchyard/local-alb';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LabError } from '../../src/errors.ts';
import { requestOfArguments } from '../../src/explain/request-of-arguments.ts';

describe('a request described on the command line', () => {
  test('takes path, query, host and port from a URL', () => {
    const { read, listener } = requestOfArguments('get', 'https://example.com:8443/api/x?a=1&b', []);
    const facts = factsOf(read);
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
    expect(factsOf(request.read).path).toBe('/whoami');
    expect(request.listener).toEqual({ by: 'protocol', protocol: 'HTTP' });
  });

  test('keeps every value of a repeated header, whatever the case of its name', () => {
    const lines = ['X-Service: worker', 'x-service:api', 'Host: example.com'];
    const facts = factsOf(requestOfArguments('GET', '/', lines).read);
    expect(facts.header('x-service')).toEqual(['worker', 'api']);
    expect(facts.header('absent')).toEqual([]);
    expect(facts.host).toBe('example.com');
  });

  test.each([
    ['/api/../internal/x', '/api/../internal/x'],
    ['http://127.0.0.1:8080/api/%2e%2e/x#part', '/api/%2e%2e/x'],
    ['/./a//b', '/./a//b'],
    ['http://example.com?a=/b', '/'],
  ])('leaves the path of %s as it is sent', (target, path) => {
    expect(factsOf(requestOfArguments('GET', target, []).read).path).toBe(path);
  });

  test.each([
    ['a method that is not allowed', 'TRACE', '/', [], 405],
    ['a path above the root', 'GET', '/../x', [], 400],
    ['a long request line', 'GET', `/?${'x'.repeat(20_000)}`, [], 414],
    ['two lengths', 'GET', '/', ['Content-Length: 1', 'Content-Length: 2'], 400],
  ])('with %s is refused by the load balancer itself', (_what, method, target, headers, status) => {
    expect(requestOfArguments(method, target, headers).read).toMatchObject({ kind: 'refused', status });
  });

  test.each([
    ['G ET', '/', [], 'LAB_METHOD_INVALID'],
    ['GET', '/a\r\nb', [], 'LAB_URL_INVALID'],
    ['GET', '/', ['A: b\r\nC: d'], 'LAB_HEADER_INVALID'],
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

function factsOf(read: ReadRequest): RequestFacts {
  if (read.kind === 'refused') throw new Error(`Refused with ${read.status}: ${read.reason}.`);
  return read.facts;
}

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
