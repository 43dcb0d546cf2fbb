import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { echo, startBlackHole, startInstances, startTestLb } from './classic-lb.ts';

describe('a connection through a TCP listener', () => {
  it('goes to the next instance in turn', async () => {
    await using instances = await startInstances([1, 2], echo);
    const tcp = { protocol: 'TCP', instanceProtocol: 'TCP' } as const;
    await using lb = await startTestLb(instances.port, { listener: tcp });
    await lb.add('i-1', 'i-2');
    const numbers = [];
    for (let count = 0; count < 4; count += 1) {
      const socket = connect(lb.port, '127.0.0.1');
      socket.end('GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      numbers.push(/"number":(\d)/.exec(text)?.[1]);
    }
    expect(numbers.map(Number).toSorted((a, b) => a - b)).toEqual([1, 1, 2, 2]);
  });

  it('ends when it is idle for too long, also while the instance has not taken it', async () => {
    await using instances = await startInstances([1], echo);
    await using hole = await startBlackHole();
    await using lb = await startTestLb(hole.port, {
      listener: { protocol: 'TCP', instanceProtocol: 'TCP' },
      healthCheck: { port: instances.port },
      loadBalancer: { idleTimeoutSeconds: 0.05 },
    });
    await lb.add('i-1');
    const socket = connect(lb.port, '127.0.0.1').on('error', () => {});
    await once(socket.resume(), 'close');
    await lb.event((event) => event.kind === 'connection');
  });

  it('ends at once when no instance is in service', async () => {
    await using instances = await startInstances([1], echo);
    await using lb = await startTestLb(instances.port, { listener: { protocol: 'TCP', instanceProtocol: 'TCP' } });
    const socket = connect(lb.port, '127.0.0.1').on('error', () => {});
    await once(socket.resume(), 'close');
    expect(socket.bytesRead).toBe(0);
  });
});
