import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, it } from 'vitest';

import { untilAnswering } from '../../src/deploy/until-answering.ts';

const { signal } = new AbortController();

describe('untilAnswering', () => {
  it('takes any answer, an error of the server, too', async () => {
    const server = createServer((_, response) => response.writeHead(503).end('not yet'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      expect(await untilAnswering(`http://127.0.0.1:${port}`, signal, { attemptsMax: 1, pauseMs: 0 })).toBe(true);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('tries again while connections break', async () => {
    let attempts = 0;
    const server = createServer((_, response) => response.end());
    server.on('connection', (socket) => ++attempts < 3 && socket.destroy());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      expect(await untilAnswering(`http://127.0.0.1:${port}`, signal, { attemptsMax: 9, pauseMs: 1 })).toBe(true);
      expect(attempts).toBeGreaterThanOrEqual(3);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('gives up after the last attempt', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await untilAnswering(`http://127.0.0.1:${port}`, signal, { attemptsMax: 2, pauseMs: 1 })).toBe(false);
  });

  it('ends at once when interrupted', async () => {
    await expect(untilAnswering('http://127.0.0.1:1', AbortSignal.abort())).rejects.toThrow(/abort/);
  });
});
