import { SocketAddress } from 'node:net';
import * as dnsPacket from 'dns-packet';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ZoneRecord } from '../../src/core/zone.ts';
import { decodeQuery, encodeAnswer, udpBytesFor, type DnsQuery } from '../../src/wire/dns.ts';
import { edns, question } from '../ask.ts';

function queryIn(message: Buffer): DnsQuery {
  const decoded = decodeQuery(message);
  if (decoded.kind !== 'query') throw new Error(`expected a query, got a ${decoded.kind}`);
  return decoded.query;
}

describe('decodeQuery', () => {
  test('gives one of its three outcomes for any bytes, and an answer for nothing that is an answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const message = Buffer.from(bytes);
        const { kind } = decodeQuery(message);
        const isQuery = message.length >= 12 && message.readUInt8(2) < 0x80;
        expect(kind === 'drop').toBe(!isQuery);
      }),
      { numRuns: 2000 },
    );
  });

  test('refuses with the id of the message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 60 }), (bytes) => {
        const message = Buffer.from(bytes);
        const decoded = decodeQuery(message);
        const answer = decoded.kind === 'refusal' ? decoded.answer : message;
        expect(answer.readUInt16BE(0)).toBe(message.readUInt16BE(0));
      }),
    );
  });

  test('does not follow compression pointers in circles', () => {
    const message = Buffer.from(question('a', 'A'));
    message.writeUInt16BE(0xc00c, 12);
    expect(decodeQuery(message).kind).toBe('refusal');
  });

  test.each([
    [undefined, 512],
    [0, 512],
    [600, 600],
    [1232, 1232],
    [4096, 1232],
  ])('takes an EDNS size of %s for room for %i bytes', (size, expected) => {
    const additionals = size === undefined ? [] : [edns(size === 0 ? 1 : size)];
    expect(udpBytesFor(queryIn(question('a.test', 'A', { additionals })))).toBe(expected);
  });
});

describe('encodeAnswer', () => {
  const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
  const ttlSeconds = fc.nat(2_147_483_647);
  const address = fc.oneof(fc.ipV6(), fc.constantFrom('::', '::1', 'fe80::', '::ffff:10.1.2.3'));
  const record: fc.Arbitrary<ZoneRecord> = fc.oneof(
    fc.record({ name, ttlSeconds, type: fc.constant('A' as const), data: fc.ipV4() }),
    fc.record({ name, ttlSeconds, type: fc.constant('AAAA' as const), data: address }),
    fc.record({ name, ttlSeconds, type: fc.constantFrom('CNAME' as const, 'NS' as const), data: name }),
    fc.record({
      name,
      ttlSeconds,
      type: fc.constant('SRV' as const),
      data: fc.record({
        priority: fc.constant(1 as const),
        weight: fc.constant(1 as const),
        port: fc.integer({ min: 1, max: 65_535 }),
        target: name,
      }),
    }),
  );
  const canonical = (type: string, data: unknown) =>
    type === 'AAAA' ? new SocketAddress({ family: 'ipv6', address: String(data) }).address : data;

  test('writes records that read back as they were', () => {
    fc.assert(
      fc.property(name, fc.array(record, { maxLength: 12 }), (asked, answers) => {
        const query = queryIn(question(asked, 'ANY'));
        const decoded = dnsPacket.decode(encodeAnswer(query, { rcode: 'NOERROR', answers }, 65_535));
        const seen = decoded.answers!.map((answer) => {
          const { name, type, ttl, data } = answer as dnsPacket.StringAnswer;
          return { name, type, ttlSeconds: ttl, data: canonical(type, data) };
        });
        expect(seen).toEqual(answers.map((answer) => ({ ...answer, data: canonical(answer.type, answer.data) })));
      }),
    );
  });

  test('never exceeds its room, and says so when records had to go', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), fc.constantFrom(512, 1232), (answers, bytesMax) => {
        const bytes = encodeAnswer(queryIn(question('a.test', 'A')), { rcode: 'NOERROR', answers }, bytesMax);
        const { flag_tc: truncated, answers: written } = dnsPacket.decode(bytes);
        expect(bytes.length).toBeLessThanOrEqual(bytesMax);
        expect(written).toHaveLength(truncated ? 0 : answers.length);
      }),
    );
  });
});
