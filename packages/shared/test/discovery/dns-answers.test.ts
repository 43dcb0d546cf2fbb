import * as fc from 'fast-check';
import * as dnsPacket from 'dns-packet';
import type { Answer } from 'dns-packet';
import { expect, test } from 'vitest';
import { targetsOfA, targetsOfSrv } from '../../src/discovery/dns-answers.ts';

const NAME = 'worker.switchyard.internal';

function decoded(answers: readonly Answer[], additionals: readonly Answer[] = []) {
  return dnsPacket.decode(dnsPacket.encode({ type: 'response', answers: [...answers], additionals: [...additionals] }));
}

const address = fc.ipV4();
const ttl = fc.integer({ min: 0, max: 0x7f_ff_ff_ff });
const port = fc.integer({ min: 1, max: 65_535 });

test('reads every A record as a target at the given port, with its TTL', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ address, ttl }), { maxLength: 8 }), port, (records, at) => {
      const packet = decoded(
        records.map(({ address: data, ttl: life }) => ({ type: 'A', name: NAME, ttl: life, data })),
      );
      expect(targetsOfA(packet, at)).toEqual(
        records.map((record) => ({ address: record.address, port: at, name: NAME, ttlSeconds: record.ttl })),
      );
    }),
  );
});

test('reads every SRV record as a target with its own port, the address of its target and the lesser TTL', () => {
  const record = fc.record({ address, port, srvTtl: ttl, aTtl: ttl });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 8 }), (records) => {
      const packet = decoded(
        records.map(({ port: at, srvTtl }, index) => ({
          type: 'SRV',
          name: NAME,
          ttl: srvTtl,
          data: { port: at, target: `I${index}.${NAME}`, priority: 1, weight: 1 },
        })),
        records.map(({ address: data, aTtl }, index) => ({ type: 'A', name: `i${index}.${NAME}`, ttl: aTtl, data })),
      );
      expect(targetsOfSrv(packet).map(({ address: ip, port: at, ttlSeconds }) => [ip, at, ttlSeconds])).toEqual(
        records.map(({ address: ip, port: at, srvTtl, aTtl }) => [ip, at, Math.min(srvTtl, aTtl)]),
      );
    }),
  );
});

test('leaves the address open when the response does not carry it', () => {
  const packet = decoded([
    { type: 'SRV', name: NAME, ttl: 10, data: { port: 1, target: 'x.y', priority: 1, weight: 1 } },
  ]);
  expect(targetsOfSrv(packet)).toEqual([{ address: undefined, port: 1, name: 'x.y', ttlSeconds: 10 }]);
});

test('takes only the SRV records with the least priority', () => {
  const record = (target: string, priority: number): Answer => ({
    type: 'SRV',
    name: NAME,
    ttl: 10,
    data: { port: 1, target, priority, weight: 1 },
  });
  const packet = decoded([record('b.x', 2), record('a.x', 1), record('c.x', 1)]);
  expect(targetsOfSrv(packet).map(({ name }) => name)).toEqual(['a.x', 'c.x']);
});
