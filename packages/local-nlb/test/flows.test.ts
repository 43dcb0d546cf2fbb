import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startLocalNlb } from '../src/index.ts';
import { answererOf, loadBalancerOf, startClient, startTarget, startTestNlb, targetGroupOf } from './nlb.ts';

describe('a flow', () => {
  it('stays with its target, however much is sent', async () => {
    await using nlb = await startTestNlb();
    await using one = await startTarget('one');
    await using two = await startTarget('two');
    await Promise.all([nlb.add('127.0.0.1', one.port), nlb.add('127.0.0.1', two.port)]);
    await using client = await startClient(nlb.port);
    const [first] = (await client.ask('a')).split(':');
    expect(await client.ask('b')).toBe(`${first}:b`);
    expect(await client.ask('c')).toBe(`${first}:c`);
  });

  it('goes to another target than others do, sooner or later', async () => {
    await using nlb = await startTestNlb();
    await using one = await startTarget('one');
    await using two = await startTarget('two');
    await Promise.all([nlb.add('127.0.0.1', one.port), nlb.add('127.0.0.1', two.port)]);
    const answers = new Set<string>();
    for (let attempt = 0; attempt < 60 && answers.size < 2; attempt += 1) answers.add(await answererOf(nlb.port));
    expect([...answers].toSorted()).toEqual(['one', 'two']);
  });

  it('goes on in one direction when the other has ended', async () => {
    await using nlb = await startTestNlb();
    const halves = createServer({ allowHalfOpen: true }, (socket) => {
      socket
        .on('error', () => {})
        .on('end', () => socket.end('after your end'))
        .resume();
    }).listen(0, '127.0.0.1');
    await once(halves, 'listening');
    await nlb.add('127.0.0.1', (halves.address() as { port: number }).port);
    await using client = await startClient(nlb.port);
    client.socket.end('that was all');
    const [data] = (await once(client.socket, 'data')) as [Buffer];
    expect(data.toString()).toBe('after your end');
    expect(await client.ended).toBe('closed');
    expect(await nlb.event('flow')).toMatchObject({ ended: 'closed', bytesFromClient: 12, bytesFromTarget: 14 });
    halves.close();
  });

  it.each([
    ['the client’s own address', 'true', '127.0.0.77'],
    ['the load balancer’s address, with preservation off,', 'false', '127.0.0.1'],
  ])('comes to the target from %s', async (_title, preserve, address) => {
    await using nlb = await startTestNlb({ group: { attributes: { 'preserve_client_ip.enabled': preserve } } });
    await using target = await startTarget('t');
    await nlb.add('127.0.0.1', target.port);
    await using client = await startClient(nlb.port, '127.0.0.77');
    expect(await client.ask('a')).toBe('t:a');
    expect([...target.sockets].map(({ remoteAddress }) => remoteAddress)).toContain(address);
  });

  it('begins with a proxy protocol header where the target group says so', async () => {
    await using nlb = await startTestNlb({
      group: { attributes: { 'proxy_protocol_v2.enabled': 'true' } },
      healthCheck: { enabled: false },
    });
    await using target = await startTarget('t');
    await nlb.register('127.0.0.1', target.port);
    await using client = await startClient(nlb.port);
    const answer = Buffer.from(await client.ask(''), 'latin1').subarray(2);
    expect(answer.subarray(0, 16).toString('hex')).toBe('0d0a0d0a000d0a515549540a2111000c');
    expect([...answer.subarray(16, 24)]).toEqual([127, 0, 0, 1, 127, 0, 0, 1]);
    expect(answer.readUInt16BE(24)).toBe(client.socket.localPort);
    expect(answer.readUInt16BE(26)).toBe(nlb.port);
  });

  it.each(['true', 'false'])(
    'never begins for a client that is gone before it was seen (proxy protocol: %s)',
    async (enabled) => {
      await using nlb = await startTestNlb({ group: { attributes: { 'proxy_protocol_v2.enabled': enabled } } });
      await using target = await startTarget('t');
      await nlb.add('127.0.0.1', target.port);
      const script = `const socket = require('net').connect(${nlb.port}, '127.0.0.1', () => socket.resetAndDestroy())`;
      expect(spawnSync(process.execPath, ['-e', script]).status).toBe(0);
      expect(await answererOf(nlb.port)).not.toBe('');
      expect((await nlb.event('flow')).client).toMatch(/^127\.0\.0\.1:[1-9]/);
    },
  );

  it('is reset when nothing moved for the idle timeout', async () => {
    await using nlb = await startTestNlb({ listenerAttributes: { 'tcp.idle_timeout.seconds': '0.05' } });
    await using target = await startTarget('t');
    await nlb.add('127.0.0.1', target.port);
    await using client = await startClient(nlb.port);
    expect(await client.ask('a')).toBe('t:a');
    expect(await client.ended).toBe('ECONNRESET');
    expect(await nlb.event('flow')).toMatchObject({ ended: 'idle' });
  });

  it('is reset when there is no target, and when the target refuses it', async () => {
    await using nlb = await startTestNlb({ healthCheck: { enabled: false } });
    await using alone = await startClient(nlb.port);
    expect(await alone.ended).toBe('ECONNRESET');
    const gone = await startTarget('gone');
    await gone.end();
    await nlb.register('127.0.0.1', gone.port);
    await using refused = await startClient(nlb.port);
    expect(await refused.ended).toBe('ECONNRESET');
    await nlb.event('flow', ({ ended }) => ended === 'refused');
    await nlb.event('flow', ({ ended }) => ended === 'no-target');
  });

  it('ends when the load balancer stops', async () => {
    const nlb = await startTestNlb();
    await using target = await startTarget('t');
    await nlb.add('127.0.0.1', target.port);
    await using client = await startClient(nlb.port);
    await client.ask('a');
    await nlb[Symbol.asyncDispose]();
    expect(await client.ended).toBe('ECONNRESET');
  });
});

describe('a node of one zone', () => {
  const instances = {
    'i-a': { address: '127.0.0.1', availabilityZone: 'us-east-1a' },
    'i-b': { address: '127.0.0.1', availabilityZone: 'us-east-1b' },
  };

  it.each([
    ['without cross-zone balancing sends flows to targets of its zone only', 'false', ['b']],
    ['with cross-zone balancing sends flows to targets of all zones', 'true', ['a', 'b']],
  ])('%s', async (_title, crossZone, expected) => {
    await using nlb = await startTestNlb({
      instances,
      availabilityZone: 'us-east-1b',
      group: { targetType: 'instance', attributes: { 'load_balancing.cross_zone.enabled': crossZone } },
    });
    await using one = await startTarget('a');
    await using two = await startTarget('b');
    await Promise.all([nlb.add('i-a', one.port), nlb.add('i-b', two.port)]);
    const answers = new Set<string>();
    for (let attempt = 0; attempt < 40; attempt += 1) answers.add(await answererOf(nlb.port));
    expect([...answers].toSorted()).toEqual(expected);
  });
});

describe('starting', () => {
  it('refuses a taken port in one sentence that names it', async () => {
    await using holder = await startTarget('holder');
    const { port } = holder;
    const { loadBalancer, targetGroups } = optionsOf();
    const starting = startLocalNlb({
      loadBalancer,
      targetGroups,
      listeners: [{ port: 3000, host: '127.0.0.1', localPort: port }],
    });
    await expect(starting).rejects.toMatchObject({
      code: 'LOCAL_NLB_PORT_TAKEN',
      message: expect.stringContaining(String(port)),
    });
  });

  it('refuses what it does not imitate, and what is not there', async () => {
    await expect(startTestNlb({ protocol: 'UDP' })).rejects.toMatchObject({ code: 'LOCAL_NLB_PROTOCOL_UNSUPPORTED' });
    await expect(startTestNlb({ group: { name: 'other' } })).rejects.toMatchObject({
      code: 'LOCAL_NLB_TARGET_GROUP_UNKNOWN',
    });
    const { loadBalancer, targetGroups } = optionsOf();
    const listeners = [{ port: 1, host: '127.0.0.1', localPort: 0 }];
    await expect(startLocalNlb({ loadBalancer, targetGroups, listeners })).rejects.toMatchObject({
      code: 'LOCAL_NLB_LISTENER_UNKNOWN',
    });
  });
});

function optionsOf() {
  return { loadBalancer: loadBalancerOf({}), targetGroups: [targetGroupOf({})] };
}
