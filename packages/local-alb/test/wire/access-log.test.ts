import { expect, test } from 'vitest';
import { type AccessLogRecord, printAccessLogLine } from '../../src/wire/access-log.ts';

const record: AccessLogRecord = {
  type: 'http',
  respondedAtMs: Date.UTC(2026, 7, 20, 10, 15, 30, 123) + 0.456,
  createdAtMs: Date.UTC(2026, 7, 20, 10, 15, 30, 110),
  loadBalancer: 'app/shop-alb/0a1b2c3d4e5f6071',
  client: '10.0.0.9:50514',
  target: '10.0.2.17:8080',
  requestProcessingMs: 0,
  targetProcessingMs: 12.4,
  responseProcessingMs: 0.1,
  status: 200,
  targetStatus: 200,
  receivedBytes: 212,
  sentBytes: 834,
  method: 'GET',
  url: 'http://shop.example.test:80/api/items?page=2',
  version: 11,
  userAgent: 'curl/8.9.1',
  tlsCipher: undefined,
  tlsProtocol: undefined,
  targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/1122334455667788',
  traceId: 'Root=1-68a5a0d2-0123456789abcdef01234567',
  serverName: undefined,
  certificateArn: undefined,
  rulePriority: 10,
  actions: ['forward'],
  redirectUrl: undefined,
  errorReason: undefined,
  classification: undefined,
  classificationReason: undefined,
  connectionTraceId: 'TID_5f0c2d8e9ab14c7f8e6d5c4b3a291807',
  transformedHost: undefined,
  transformedUri: undefined,
  transformStatus: undefined,
};

/** The line's fields; a quoted one is one field. */
function fieldsOf(line: string): readonly string[] {
  return line.match(/"[^"]*"|\S+/g) ?? [];
}

test('prints the 33 fields in the order of AWS', () => {
  expect(printAccessLogLine(record)).toBe(
    'http 2026-08-20T10:15:30.123456Z app/shop-alb/0a1b2c3d4e5f6071 10.0.0.9:50514 10.0.2.17:8080 0.000 0.012 0.000 ' +
      '200 200 212 834 "GET http://shop.example.test:80/api/items?page=2 HTTP/1.1" "curl/8.9.1" - - ' +
      'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/1122334455667788 ' +
      '"Root=1-68a5a0d2-0123456789abcdef01234567" "-" "-" 10 2026-08-20T10:15:30.110000Z "forward" "-" "-" ' +
      '"10.0.2.17:8080" "200" "-" "-" TID_5f0c2d8e9ab14c7f8e6d5c4b3a291807 "-" "-" "-"',
  );
});

test('writes 0 for the default rule, - for none, and -1 for times that there are none of', () => {
  const line = printAccessLogLine({
    ...record,
    rulePriority: 'default',
    target: undefined,
    requestProcessingMs: undefined,
    targetProcessingMs: undefined,
    responseProcessingMs: undefined,
  });
  const fields = fieldsOf(line);
  expect(fields).toHaveLength(33);
  expect(fields[4]).toBe('-');
  expect(fields.slice(5, 8)).toEqual(['-1', '-1', '-1']);
  expect(fields[20]).toBe('0');
  expect(fieldsOf(printAccessLogLine({ ...record, rulePriority: undefined }))[20]).toBe('-');
});

test('lets no client end a field or forge a line', () => {
  const line = printAccessLogLine({ ...record, userAgent: 'evil" "\r\nhttp 2026' });
  expect(line).not.toMatch(/[\r\n]/);
  expect(fieldsOf(line)).toHaveLength(33);
  expect(fieldsOf(line)[13]).toBe('"evil\\x22 \\x22\\x0D\\x0Ahttp 2026"');
});
