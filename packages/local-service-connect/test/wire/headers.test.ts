import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { hostNameOf, requestHeadOf, rewriteResponseHeaders } from '../../src/wire/headers.ts';

const make = () => 'made';

function mapOf(flat: readonly string[]): Record<string, string> {
  return Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]!]] : [])));
}

test("adds Envoy's headers and keeps Host as the client wrote it", () => {
  const { headers } = requestHeadOf(['Host', 'api.mesh:3000', 'Accept', '*/*'], make, 15_000);
  expect(mapOf(headers)).toEqual({
    host: 'api.mesh:3000',
    accept: '*/*',
    'x-request-id': 'made',
    'x-forwarded-proto': 'http',
    'x-envoy-expected-rq-timeout-ms': '15000',
  });
});

test('keeps the protocol that the client was called with', () => {
  const { headers } = requestHeadOf(['X-Forwarded-Proto', 'https', 'X-Request-Id', '1'], make, 0);
  expect(mapOf(headers)).toEqual({ 'x-forwarded-proto': 'https', 'x-request-id': '1' });
});

test('keeps a request id and says nothing of a time limit that is off', () => {
  const { headers, requestId } = requestHeadOf(['X-Request-Id', 'mine'], make, 0);
  expect(requestId).toBe('mine');
  expect(mapOf(headers)).toEqual({ 'x-request-id': 'mine', 'x-forwarded-proto': 'http' });
});

test("drops the connection's own headers and those that Connection names", () => {
  const raw = ['Connection', 'keep-alive, X-Secret', 'X-Secret', '1', 'Keep-Alive', 'timeout=5', 'TE', 'gzip'];
  const { headers } = requestHeadOf([...raw, 'Transfer-Encoding', 'chunked', 'Expect', '100-continue'], make, 0);
  expect(mapOf(headers)).toEqual({ 'x-request-id': 'made', 'x-forwarded-proto': 'http' });
});

test('does not let Connection remove what frames or addresses the request', () => {
  const raw = ['Connection', 'host, content-length', 'Host', 'api.mesh', 'Content-Length', '3'];
  const { headers, hasBody } = requestHeadOf(raw, make, 0);
  expect(mapOf(headers)).toMatchObject({ host: 'api.mesh', 'content-length': '3' });
  expect(hasBody).toBe(true);
});

test('sees a body in a length or an encoding, and none in a length of 0', () => {
  expect(requestHeadOf(['Content-Length', '0'], make, 0).hasBody).toBe(false);
  expect(requestHeadOf(['Transfer-Encoding', 'chunked'], make, 0).hasBody).toBe(true);
});

test('keeps every end-to-end header, in order', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/).map((text) => `e2e-${text}`);
  const value = fc.stringMatching(/^[\x21-\x7e]{1,20}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
      const { headers } = requestHeadOf(pairs.flat(), make, 0);
      expect(headers.slice(0, pairs.length * 2)).toEqual(pairs.flat());
    }),
  );
});

test('answers as Envoy: its name, the service time, no hop-by-hop headers', () => {
  const headers = {
    server: 'nginx',
    connection: 'close, x-hop',
    'x-hop': '1',
    'set-cookie': ['a', 'b'],
    'keep-alive': '5',
  };
  rewriteResponseHeaders(headers, 12);
  expect(headers).toEqual({ server: 'envoy', 'x-envoy-upstream-service-time': '12', 'set-cookie': ['a', 'b'] });
});

test.each([
  ['api.mesh', 'api.mesh'],
  ['API.mesh:3000', 'api.mesh'],
  ['[::1]:80', '[::1]'],
  ['[::1]', '[::1]'],
])('reads the name in Host %s', (host, name) => {
  expect(hostNameOf(host)).toBe(name);
});
