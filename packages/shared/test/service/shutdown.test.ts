import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer, request } from 'node:http';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Agent } from 'node:http';
import { expect, test } from 'vitest';

interface Started extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly port: number;
  /** Resolves when a log line with this message has been written. */
  logged(message: string): Promise<void>;
  get(path: string, agent?: Agent): Promise<{ status: number; connection: string | undefined; body: string }>;
  exit(): Promise<number | null>;
}

async function start(env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const child = fork(`${import.meta.dirname}/fixture-main.ts`, {
    env: { SERVICE_NAME: 'worker', HOST: '127.0.0.1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
  });
  const exited = once(child, 'exit');
  let log = '';
  const changed: (() => void)[] = [];
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
      for (const tell of changed.splice(0)) tell();
    });
  const logged = async (message: string): Promise<void> => {
    while (!log.includes(message)) await new Promise<void>((resolve) => changed.push(resolve));
  };
  await logged('listening at');
  const port = Number(/listening at http:\/\/127\.0\.0\.1:(\d+)/.exec(log)?.[1]);
  return {
    child,
    port,
    logged,
    get: async (path, agent = new Agent()) =>
      await new Promise((resolve, reject) => {
        request({ host: '127.0.0.1', port, path, agent }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode!, connection: response.headers.connection, body }),
          );
        })
          .on('error', reject)
          .end();
      }),
    exit: async () => ((await exited) as [number | null])[0],
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function begun({ child }: Started): Promise<void> {
  for (;;) if ((await once(child, 'message'))[0] === 'begun') return;
}

test('on SIGTERM serves what still arrives, finishes what is in flight, and exits with 0', async () => {
  await using service = await start();
  const agent = new Agent({ keepAlive: true });
  expect((await service.get('/whoami', agent)).connection).toBe('keep-alive');
  const begins = begun(service);
  const slow = service.get('/slow');
  await begins;
  service.child.kill('SIGTERM');
  await service.logged('"stopping"');
  expect(await service.get('/healthz')).toMatchObject({ status: 503, connection: 'close' });
  expect(await service.get('/whoami', agent)).toMatchObject({ status: 200, connection: 'close' });
  expect(await service.get('/whoami')).toMatchObject({ status: 200 });
  service.child.send('answer');
  expect(await slow).toMatchObject({ status: 200, body: '{"slow":true}\n' });
  expect(await service.exit()).toBe(0);
  await service.logged('"stopped"');
});

test('waits for a request in flight even when nothing else arrives, and takes no new connection by then', async () => {
  await using service = await start();
  const begins = begun(service);
  const slow = service.get('/slow');
  await begins;
  const closes = once(service.child, 'message');
  service.child.kill('SIGTERM');
  await service.logged('"stopping"');
  await refused(service.port);
  expect(service.child.exitCode).toBeNull();
  service.child.send('answer');
  expect(await slow).toMatchObject({ status: 200, connection: 'close' });
  expect((await closes)[0]).toBe('closed');
  expect(await service.exit()).toBe(0);
});

test('closes idle keep-alive connections instead of waiting for them', async () => {
  await using service = await start();
  const agent = new Agent({ keepAlive: true });
  await service.get('/whoami', agent);
  const [[socket] = []] = Object.values(agent.freeSockets);
  const closed = once(socket!, 'close');
  service.child.kill('SIGTERM');
  await closed;
  expect(await service.exit()).toBe(0);
});

test.each(['', 'GET /whoami HT'])('does not wait for a connection on which only %j has been sent', async (sent) => {
  await using service = await start();
  const silent = connect(service.port, '127.0.0.1');
  await once(silent, 'connect');
  silent.write(sent);
  await service.get('/whoami');
  const closed = once(silent.resume(), 'close');
  service.child.kill('SIGTERM');
  await closed;
  expect(await service.exit()).toBe(0);
});

test('exits with 1 at once on a second signal', async () => {
  await using service = await start();
  const begins = begun(service);
  const slow = service.get('/slow');
  await begins;
  service.child.kill('SIGTERM');
  await service.logged('"stopping"');
  service.child.kill('SIGTERM');
  await expect(slow).rejects.toThrow('socket hang up');
  expect(await service.exit()).toBe(1);
  await service.logged('second signal: exiting at once');
});

test('exits with 1 when the grace is over', async () => {
  await using service = await start({ STOP_TIMEOUT_SECONDS: '2' });
  const begins = begun(service);
  const slow = service.get('/slow').catch((error: unknown) => String(error));
  await begins;
  service.child.kill('SIGTERM');
  expect(await service.exit()).toBe(1);
  expect(await slow).toBe('Error: socket hang up');
  await service.logged('the grace is over');
});

test('listens once it knows which task it is, and not before', async () => {
  let asked = 0;
  const metadata = createHttpServer((_request, response) => {
    asked += 1;
    response.statusCode = asked < 3 ? 404 : 200;
    response.end(JSON.stringify({ TaskARN: 'arn:aws:ecs:us-east-1:000000000000:task/switchyard/0123' }));
  });
  await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
  const { port } = metadata.address() as AddressInfo;
  await using service = await start({ ECS_CONTAINER_METADATA_URI_V4: `http://127.0.0.1:${port}/v4/x` });
  expect(asked).toBe(3);
  expect(JSON.parse((await service.get('/whoami')).body)).toMatchObject({ taskId: '0123', source: 'task metadata' });
  await new Promise((resolve) => metadata.close(resolve));
});

test('exits with 1 and names the address when it cannot listen', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const { code, log } = await run({ SERVICE_NAME: 'worker', HOST: '127.0.0.1', PORT: String(port) });
  await new Promise((resolve) => taken.close(resolve));
  expect(code).toBe(1);
  expect(log).toContain(`cannot listen on 127.0.0.1:${port}: listen EADDRINUSE`);
});

test('exits with 1 and one sentence per wrong variable, and nothing else', async () => {
  expect(await run({ PORT: 'http' })).toEqual({
    code: 1,
    log: 'SERVICE_NAME is missing.\nPORT must be an integer from 0 to 65535, but is "http".\n',
  });
});

async function run(env: Readonly<Record<string, string>>): Promise<{ code: number | null; log: string }> {
  const child = fork(`${import.meta.dirname}/fixture-main.ts`, {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
  });
  let log = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, log };
}

/** Resolves when nobody listens on the port any more. */
async function refused(port: number): Promise<void> {
  for (;;) {
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      const probe = request({ host: '127.0.0.1', port, path: '/healthz', agent: false }, (response) => {
        response.resume().once('end', () => resolve(undefined));
      });
      probe.once('error', resolve).end();
    });
    if (error?.code === 'ECONNREFUSED') return;
  }
}
