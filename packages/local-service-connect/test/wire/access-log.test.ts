import { expect, test } from 'vitest';

import { accessLogLine, type AccessLogEntry } from '../../src/wire/access-log.ts';

const entry: AccessLogEntry = {
  startTime: new Date('2026-01-02T03:04:05.678Z'),
  method: 'POST',
  path: '/orders?token=secret',
  protocol: 'HTTP/1.1',
  responseCode: 200,
  bytesReceived: 12,
  bytesSent: 345,
  durationMs: 6.6,
  upstreamServiceTimeMs: 5,
  userAgent: 'curl/8',
  requestId: 'id-1',
  authority: 'api.mesh:3000',
  upstreamHost: '127.10.1.1:3000',
};

test("writes a line in Service Connect's text format, without the query", () => {
  expect(accessLogLine(entry, { format: 'TEXT', includeQueryParameters: false })).toBe(
    '[2026-01-02T03:04:05.678Z] "POST /orders HTTP/1.1" 200 12 345 7 5 "-" "curl/8" "id-1" "api.mesh:3000" "127.10.1.1:3000"',
  );
});

test('writes the query when told to', () => {
  expect(accessLogLine(entry, { format: 'TEXT', includeQueryParameters: true })).toContain(
    '"POST /orders?token=secret ',
  );
});

test("writes a line in Service Connect's JSON format, with null for what is not there", () => {
  expect(JSON.parse(accessLogLine(entry, { format: 'JSON', includeQueryParameters: false }))).toEqual({
    start_time: '2026-01-02T03:04:05.678Z',
    method: 'POST',
    path: '/orders',
    protocol: 'HTTP/1.1',
    response_code: 200,
    bytes_received: 12,
    bytes_sent: 345,
    duration_ms: 7,
    upstream_service_time: 5,
    forwarded_for: null,
    user_agent: 'curl/8',
    request_id: 'id-1',
    authority: 'api.mesh:3000',
    upstream_host: '127.10.1.1:3000',
  });
});
