import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { RegisterInstanceCommand } from '@aws-sdk/client-servicediscovery';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askTcp, askUdp, edns, framed, question } from './ask.ts';
import { addresses, api, startTestLab, worker, type TestLab } from './lab.ts';

const name = 'api.switchyard.internal';

async function startFilled(records: { count?: number; idLength?: number } = {}): Promise<TestLab> {
  const lab = await startTestLab();
  for (const [index, address] of addresses(records.count ?? 1).entries()) {
    const InstanceId = `${index}`.padEnd(records.idLength ?? 1, 'x');
    const a = { AWS_INSTANCE_IPV4: address };
    await lab.client.send(new RegisterInstanceCommand({ ServiceId: api.id, InstanceId, Attributes: a }));
    const srv = { ...a, AWS_INSTANCE_PORT: '3000' };
    await lab.client.send(new RegisterInstanceCommand({ ServiceId: worker.id, InstanceId, Attributes: srv }));
  }
  return lab;
}

describe('an answer', () => {
  test('echoes the id, the flags of a resolver and the name in the case of the question', async () => {
    await using lab = await startFilled();
    const answer = await askUdp(lab.dns, question('aPi.SwitchYard.INTERNAL', 'A'));
    expect(answer).toMatchObject({
      id: 4711,
      rcode: 'NOERROR',
      flag_qr: true,
      flag_rd: true,
      flag_ra: true,
      flag_aa: false,
    });
    expect(answer.questions).toMatchObject([{ name: 'aPi.SwitchYard.INTERNAL' }]);
    expect(answer.answers).toMatchObject([{ name: 'aPi.SwitchYard.INTERNAL', type: 'A', ttl: 10, data: '127.10.0.1' }]);
  });

  test('about a name that does not exist carries the SOA record with the TTL for negative answers', async () => {
    await using lab = await startFilled();
    const answer = await askUdp(lab.dns, question('none.switchyard.internal', 'A'));
    expect(answer).toMatchObject({ rcode: 'NXDOMAIN', answers: [] });
    expect(answer.authorities).toMatchObject([
      {
        name: 'switchyard.internal',
        type: 'SOA',
        ttl: 15,
        data: { mname: 'ns-1536.awsdns-00.co.uk', minimum: 86_400 },
      },
    ]);
  });

  test('about a name without records of the type is empty and carries the SOA record', async () => {
    await using lab = await startFilled();
    for (const type of ['AAAA', 'SRV', 'TXT', 'HTTPS']) {
      const answer = await askUdp(lab.dns, question(name, type));
      expect(answer).toMatchObject({ rcode: 'NOERROR', answers: [], authorities: [{ type: 'SOA' }] });
    }
  });

  test('about the zone itself has its SOA and NS records', async () => {
    await using lab = await startFilled();
    const soa = await askUdp(lab.dns, question('switchyard.internal', 'SOA'));
    expect(soa.answers).toMatchObject([{ type: 'SOA', ttl: 15 }]);
    const ns = await askUdp(lab.dns, question('switchyard.internal', 'NS'));
    expect(ns.answers).toHaveLength(4);
  });

  test('to ANY has all the records of the name', async () => {
    await using lab = await startFilled();
    const answer = await askUdp(lab.dns, question('switchyard.internal', 'ANY'));
    expect(new Set(answer.answers?.map(({ type }) => type))).toEqual(new Set(['SOA', 'NS']));
  });
});

describe('the size of an answer', () => {
  const many = { count: 9, idLength: 50 };
  const srv = 'worker.switchyard.internal';

  test('is at most 512 bytes by UDP without EDNS: larger ones are empty and truncated', async () => {
    await using lab = await startFilled(many);
    const answer = await askUdp(lab.dns, question(srv, 'SRV'));
    expect(answer).toMatchObject({ flag_tc: true, answers: [], additionals: [] });
    expect(answer.bytes).toBeLessThanOrEqual(512);
  });

  test('is what the client takes by EDNS', async () => {
    await using lab = await startFilled(many);
    const answer = await askUdp(lab.dns, question(srv, 'SRV', { additionals: [edns(1232)] }));
    expect(answer.flag_tc).toBe(false);
    expect(answer.answers).toHaveLength(8);
    expect(answer.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232 }]);
    const small = await askUdp(lab.dns, question(srv, 'SRV', { additionals: [edns(600)] }));
    expect(small).toMatchObject({ flag_tc: true, answers: [] });
  });

  test('is not limited by TCP', async () => {
    await using lab = await startFilled(many);
    const [answer] = await askTcp(lab.dns, [framed(question(srv, 'SRV'))], 1);
    expect(answer!.answers).toHaveLength(8);
    expect(answer!.bytes).toBeGreaterThan(512);
  });

  test('allows eight A records without EDNS', async () => {
    await using lab = await startFilled(many);
    expect((await askUdp(lab.dns, question(name, 'A'))).answers).toHaveLength(8);
  });
});

describe('a strange message', () => {
  const opcode = (value: number) => ({ flags: value << 11 });

  test.each([
    [
      'FORMERR when it has two questions',
      question(name, 'A', {
        questions: [
          { name, type: 'A' },
          { name, type: 'A' },
        ],
      }),
      'FORMERR',
    ],
    ['FORMERR when it has no question', question(name, 'A', { questions: [] }), 'FORMERR'],
    ['FORMERR when it ends within the question', question(name, 'A').subarray(0, 20), 'FORMERR'],
    ['FORMERR when it has two OPT records', question(name, 'A', { additionals: [edns(512), edns(512)] }), 'FORMERR'],
    ['NOTIMP when it is a NOTIFY', question(name, 'A', opcode(4)), 'NOTIMP'],
    ['NOTIMP when it is an UPDATE', question(name, 'A', opcode(5)), 'NOTIMP'],
    [
      'REFUSED when its class is not IN',
      question(name, 'A', { questions: [{ name, type: 'A', class: 'CH' }] }),
      'REFUSED',
    ],
    ['REFUSED when its name is in no zone', question('example.com', 'A'), 'REFUSED'],
    ['REFUSED when it asks for the root', question('.', 'NS'), 'REFUSED'],
  ])('gets %s', async (_, message, rcode) => {
    await using lab = await startFilled();
    expect(await askUdp(lab.dns, message)).toMatchObject({ id: 4711, flag_qr: true, rcode });
  });

  test('gets BADVERS when its EDNS version is not 0', async () => {
    await using lab = await startFilled();
    const answer = await askUdp(lab.dns, question(name, 'A', { additionals: [edns(1232, 1)] }));
    expect(answer).toMatchObject({ rcode: 'NOERROR', answers: [], additionals: [{ type: 'OPT', extendedRcode: 1 }] });
  });

  test('gets nothing when it is itself an answer or has no header', async () => {
    await using lab = await startFilled();
    const after = question(name, 'A', { id: 1 });
    const answerToo = Buffer.from(question(name, 'A', { id: 1 }));
    answerToo.writeUInt8(0x80, 2);
    const socket = createSocket('udp4');
    socket.connect(lab.dns.port, lab.dns.host);
    await once(socket, 'connect');
    const received: Buffer[] = [];
    socket.on('message', (message) => received.push(message));
    for (const message of [answerToo, Buffer.alloc(11), Buffer.alloc(0), Buffer.alloc(5000)]) socket.send(message);
    const last = once(socket, 'message');
    socket.send(after);
    await last;
    expect(received).toHaveLength(1);
    socket.close();
  });

  test('never keeps the next question from being answered', async () => {
    await using lab = await startTestLab({ dns: { host: '127.0.0.1', port: 0, queriesPerSecondMax: 1e9 } });
    const valid = question('worker.switchyard.internal', 'SRV', { additionals: [edns(1232)] });
    const mutation = fc.record({ at: fc.nat(valid.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    const mutated = fc
      .tuple(fc.array(mutation, { minLength: 1, maxLength: 8 }), fc.nat(valid.length))
      .map(([changes, length]) => {
        const bytes = Buffer.from(valid);
        for (const { at, to } of changes) bytes.writeUInt8(to, at);
        return bytes.subarray(0, length);
      });
    const random = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
    let id = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(mutated, random), { minLength: 1, maxLength: 10 }), async (garbage) => {
        id = (id + 1) % 65_536;
        for (const bytes of garbage) if (bytes.length >= 2) bytes.writeUInt16BE(id ^ 0xffff, 0);
        const answer = await askUdp(lab.dns, ...garbage, question('switchyard.internal', 'SOA', { id }));
        expect(answer.answers).toHaveLength(1);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a TCP connection', () => {
  test('takes several questions at once, in any pieces, and answers in order', async () => {
    await using lab = await startFilled();
    const stream = Buffer.concat([1, 2, 3].map((id) => framed(question(name, 'A', { id }))));
    const pieces = Array.from(stream, (byte) => Buffer.from([byte]));
    const answers = await askTcp(lab.dns, pieces, 3);
    expect(answers.map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  test('that sends garbage costs nobody else anything', async () => {
    await using lab = await startFilled();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const socket = connect(lab.dns.port, lab.dns.host);
        const closed = once(socket, 'close');
        socket.end(Buffer.from(bytes));
        socket.resume();
        await closed;
        const [answer] = await askTcp(lab.dns, [framed(question(name, 'A'))], 1);
        expect(answer!.answers).toHaveLength(1);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a source that asks too much', () => {
  test('gets no answers beyond its share', async () => {
    await using lab = await startTestLab({ dns: { host: '127.0.0.1', port: 0, queriesPerSecondMax: 5 } });
    const socket = createSocket('udp4');
    socket.connect(lab.dns.port, lab.dns.host);
    await once(socket, 'connect');
    let received = 0;
    socket.on('message', () => received++);
    const first = once(socket, 'message');
    for (let id = 0; id < 50; id++) socket.send(question('switchyard.internal', 'SOA', { id }));
    await first;
    // The server takes questions in order: when another source's later question is answered, all of these have been decided.
    const other = createSocket('udp4');
    other.bind(0, '127.0.0.2');
    await once(other, 'listening');
    const answered = once(other, 'message');
    other.send(question('switchyard.internal', 'SOA'), lab.dns.port, lab.dns.host);
    await answered;
    expect(received).toBeGreaterThanOrEqual(1);
    expect(received).toBeLessThanOrEqual(6);
    socket.close();
    other.close();
  });
});
