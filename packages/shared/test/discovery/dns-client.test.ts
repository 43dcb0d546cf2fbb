import * as dnsPacket from 'dns-packet';
import { expect, test } from 'vitest';
import { buildDnsClient, parseServer } from '../../src/discovery/dns-client.ts';
import { startDnsServer } from '../servers/dns-server.ts';

const NAME = 'worker.switchyard.internal';
const PLACES = () => [{ address: '127.10.1.1', port: 3000 }];

test('asks over UDP and reads the answer', async () => {
  await using server = await startDnsServer(PLACES);
  const packet = await buildDnsClient({ servers: [server.address] }).query(NAME, 'SRV');
  expect(packet.answers?.[0]).toMatchObject({ type: 'SRV', data: { port: 3000 } });
  expect(server.questions).toEqual([`udp SRV ${NAME}`]);
});

test('asks again over TCP when the answer is truncated, and reads it in whatever pieces it comes', async () => {
  await using server = await startDnsServer(PLACES, {
    udp: (query) => [
      dnsPacket.encode({
        type: 'response',
        id: query.id!,
        flags: dnsPacket.TRUNCATED_RESPONSE,
        questions: query.questions!,
      }),
    ],
    tcp: (_query, answer) => {
      const bytes = dnsPacket.streamEncode(answer);
      return [bytes.subarray(0, 1), bytes.subarray(1, 20), bytes.subarray(20)];
    },
  });
  const packet = await buildDnsClient({ servers: [server.address] }).query(NAME, 'A');
  expect(packet.answers).toHaveLength(1);
  expect(server.questions).toEqual([`udp A ${NAME}`, `tcp A ${NAME}`]);
});

test('pays no heed to garbage, to answers with another id, and to answers to another question', async () => {
  await using server = await startDnsServer(PLACES, {
    udp: (query, answer) => [
      new Uint8Array([1, 2, 3]),
      dnsPacket.encode({ ...answer, id: (query.id! + 1) % 65_536 }),
      dnsPacket.encode({ ...answer, questions: [{ type: 'A', name: 'evil.example', class: 'IN' }], answers: [] }),
      dnsPacket.encode(answer),
    ],
  });
  const packet = await buildDnsClient({ servers: [server.address] }).query(NAME, 'A');
  expect(packet.answers).toHaveLength(1);
});

test('goes on to the next server when one does not answer', async () => {
  await using silent = await startDnsServer(PLACES, { udp: () => [] });
  await using server = await startDnsServer(PLACES);
  const client = buildDnsClient({ servers: [silent.address, server.address], timeoutMs: 400 });
  expect((await client.query(NAME, 'A')).answers).toHaveLength(1);
  expect(silent.questions).toHaveLength(1);
});

test('gives up when no server has answered in any round', async () => {
  await using silent = await startDnsServer(PLACES, { udp: () => [] });
  const client = buildDnsClient({ servers: [silent.address], timeoutMs: 30, rounds: 2 });
  await expect(client.query(NAME, 'A')).rejects.toMatchObject({ code: 'DISCOVERY_DNS_TIMED_OUT' });
  expect(silent.questions).toHaveLength(2);
});

test('takes a name that does not exist for an answer, and asks nobody else', async () => {
  await using server = await startDnsServer(() => []);
  await using other = await startDnsServer(PLACES);
  const client = buildDnsClient({ servers: [server.address, other.address] });
  await expect(client.query(NAME, 'A')).rejects.toMatchObject({ code: 'DISCOVERY_DNS_NO_NAME' });
  expect(other.questions).toEqual([]);
});

test('names the error that a server answers with', async () => {
  await using server = await startDnsServer(PLACES, {
    udp: (_query, answer) => [dnsPacket.encode({ ...answer, flags: 2, answers: [] })],
  });
  await expect(buildDnsClient({ servers: [server.address] }).query(NAME, 'A')).rejects.toThrow('answers SERVFAIL for');
});

test('fails when the server hangs up over TCP', async () => {
  await using server = await startDnsServer(PLACES, {
    udp: (query) => [
      dnsPacket.encode({
        type: 'response',
        id: query.id!,
        flags: dnsPacket.TRUNCATED_RESPONSE,
        questions: query.questions!,
      }),
    ],
    tcp: () => [new Uint8Array([0, 3, 1, 2, 3])],
  });
  const client = buildDnsClient({ servers: [server.address], rounds: 1 });
  await expect(client.query(NAME, 'A')).rejects.toMatchObject({ code: 'DISCOVERY_DNS_FAILED' });
});

test('says so when there is no server to ask', async () => {
  await expect(buildDnsClient({ servers: [] }).query(NAME, 'A')).rejects.toThrow('No DNS server is configured');
});

test.each([
  ['10.10.0.2', { host: '10.10.0.2', port: 53 }],
  ['127.0.0.1:8053', { host: '127.0.0.1', port: 8053 }],
  ['fd00::2', { host: 'fd00::2', port: 53 }],
  ['[fd00::2]:8053', { host: 'fd00::2', port: 8053 }],
])('reads the server %s as Node writes it', (text, server) => {
  expect(parseServer(text)).toEqual(server);
});
