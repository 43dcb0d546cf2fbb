import { expect, test } from 'vitest';
import { type ForwardedBy, forwardedHost, printForwardedHead, traceHeader } from '../../src/wire/forwarded-head.ts';
import { parseRequestHead } from '../../src/wire/parse-request-head.ts';
import type { RequestHead } from '../../src/wire/request-head.ts';

const by: ForwardedBy = {
  forwardedForMode: 'append',
  forwardedForClientPort: false,
  preserveHostHeader: false,
  dropInvalidHeaderFields: false,
  tlsVersionAndCipherHeaders: false,
  protocol: 'http',
  port: 80,
  dnsName: 'lb.example',
};
const client = { address: '127.0.0.1', port: 5000 };
const FRESH = '1-68a5a0d2-0123456789abcdef01234567';

function forwardedFor(sent: string | undefined, overrides: Partial<ForwardedBy>, from = client) {
  const lines = sent === undefined ? '' : `X-Forwarded-For: ${sent}\r\n`;
  const bytes = Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`);
  const head = parseRequestHead(bytes, 0, bytes.length) as RequestHead;
  const text = printForwardedHead(head, { ...by, ...overrides }, from, '/', 'a', 't');
  return /^X-Forwarded-For: (.*)\r$/m.exec(text)?.[1];
}

test.for([
  [undefined, '127.0.0.1', undefined, undefined],
  ['127.0.0.4', '127.0.0.4, 127.0.0.1', '127.0.0.4', undefined],
  ['127.0.0.4, 127.0.0.8', '127.0.0.4, 127.0.0.8, 127.0.0.1', '127.0.0.4, 127.0.0.8', undefined],
] as const)('appends to, preserves or removes X-Forwarded-For: %s', ([sent, append, preserve, remove]) => {
  expect(forwardedFor(sent, {})).toBe(append);
  expect(forwardedFor(sent, { forwardedForMode: 'preserve' })).toBe(preserve);
  expect(forwardedFor(sent, { forwardedForMode: 'remove' })).toBe(remove);
});

test('adds the client port where the attribute asks for it', () => {
  expect(forwardedFor(undefined, { forwardedForClientPort: true })).toBe('127.0.0.1:5000');
  expect(forwardedFor(undefined, { forwardedForClientPort: true }, { address: '2001:db8::1', port: 1 })).toBe(
    '[2001:db8::1]:1',
  );
});

test('drops header names that are no letters, digits and hyphens where the attribute asks for it', () => {
  const bytes = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nX_A: 1\r\nX-B: 2\r\n\r\n');
  const head = parseRequestHead(bytes, 0, bytes.length) as RequestHead;
  const text = printForwardedHead(head, { ...by, dropInvalidHeaderFields: true }, client, '/', 'a', 't');
  expect(text).not.toContain('X_A');
  expect(text).toContain('X-B: 2\r\n');
});

test.for([
  [80, 'Shop.Example', 'shop.example'],
  [80, 'shop.example:80', 'shop.example'],
  [443, 'shop.example:8443', 'shop.example'],
  [8080, 'shop.example', 'shop.example:8080'],
  [8080, 'shop.example:9', 'shop.example:9'],
  [8080, '[::1]', '[::1]:8080'],
  [80, undefined, 'lb.example'],
] as const)('on port %i writes the host %s as %s', ([port, sent, expected]) => {
  expect(forwardedHost(sent, { ...by, port })).toBe(expected);
});

test('leaves the host untouched where it is to be preserved', () => {
  expect(forwardedHost('Shop.Example:81', { ...by, preserveHostHeader: true })).toBe('Shop.Example:81');
});

test.for([
  [undefined, `Root=${FRESH}`],
  ['Root=1-a-b', `Self=${FRESH};Root=1-a-b`],
  ['Root=1-a-b;Parent=x;Sampled=1', `Self=${FRESH};Root=1-a-b;Parent=x;Sampled=1`],
  ['Self=1-old-x;Root=1-a-b', `Self=${FRESH};Root=1-a-b`],
  ['CalledFrom=app', `Root=${FRESH};CalledFrom=app`],
  ['x'.repeat(8000), `Root=${FRESH}`],
] as const)('continues the trace %.40s', ([sent, expected]) => {
  expect(traceHeader(sent, FRESH)).toBe(expected);
});
