import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { connect as connectTls } from 'node:tls';
import { expect, test } from 'vitest';

interface Started extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly plainPort: number;
  readonly tlsPort: number;
  get(path: string): Promise<{ status: number; connection: string | undefined; body: string }>;
  readonly exited: Promise<unknown[]>;
}

/** The fixture with a port for HTTPS. It logs both ports that it was given. */
async function start(): Promise<Started> {
  const [plainPort, tlsPort] = [await freePort(), await freePort()];
  const child = fork(`${import.meta.dirname}/fixture-main.ts`, {
    env: { SERVICE_NAME: 'worker', HOST: '127.0.0.1', PORT: String(plainPort), TLS_PORT: String(tlsPort) },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  const exited = once(child, 'exit');
  for await (const line of createInterface(child.stdout!)) if (line.includes(`https://127.0.0.1:${tlsPort}`)) break;
  child.stdout?.resume();
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  return {
    child,
    plainPort,
    tlsPort,
    exited,
    get: async (path) =>
      await new Promise((resolve, reject) => {
        request({ host: '127.0.0.1', port: tlsPort, path, agent }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode!, connection: response.headers.connection, body }),
          );
        })
          .on('error', reject)
          .end();
      }),
    async [Symbol.asyncDispose]() {
      agent.destroy();
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('answers HTTPS on its second port and HTTP on the first, as the same service', async () => {
  await using service = await start();
  const encrypted = JSON.parse((await service.get('/whoami')).body) as { service: string };
  const plain = await (await fetch(`http://127.0.0.1:${service.plainPort}/whoami`)).json();
  expect(encrypted).toMatchObject({ service: 'worker' });
  expect(plain).toMatchObject({ service: 'worker' });
});

test('offers a self-signed certificate in its own name and speaks TLS 1.3', async () => {
  await using service = await start();
  const socket = connectTls({ host: '127.0.0.1', port: service.tlsPort, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  expect(socket.getPeerCertificate().subject).toEqual({ CN: 'worker' });
  expect(socket.getProtocol()).toBe('TLSv1.3');
  socket.destroy();
});

test('closes the connection of whoever does not speak TLS there, and goes on', async () => {
  await using service = await start();
  const socket = connect(service.tlsPort, '127.0.0.1');
  socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket.resume(), 'close');
  expect((await service.get('/healthz')).status).toBe(200);
});

test('on SIGTERM finishes encrypted requests in flight, closes idle connections and exits with 0', async () => {
  await using service = await start();
  expect((await service.get('/whoami')).connection).toBe('keep-alive');
  const idle = connectTls({ host: '127.0.0.1', port: service.tlsPort, rejectUnauthorized: false });
  await once(idle, 'secureConnect');
  const begun = once(service.child, 'message');
  const slow = service.get('/slow');
  await begun;
  const idleClosed = once(idle.resume(), 'close');
  service.child.kill('SIGTERM');
  await idleClosed;
  expect(service.child.exitCode).toBeNull();
  service.child.send('answer');
  expect(await slow).toMatchObject({ status: 200, connection: 'close', body: '{"slow":true}\n' });
  expect(await service.exited).toEqual([0, null]);
});

test('exits with 1 and names the address when it cannot listen on the second port', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const child = fork(`${import.meta.dirname}/fixture-main.ts`, {
    env: { SERVICE_NAME: 'worker', HOST: '127.0.0.1', PORT: '0', TLS_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  let log = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  await new Promise((resolve) => taken.close(resolve));
  expect(code).toBe(1);
  expect(log).toContain(`cannot listen on 127.0.0.1:${port}: listen EADDRINUSE`);
});
