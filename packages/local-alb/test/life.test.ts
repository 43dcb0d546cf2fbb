import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startLocalAlb } from '../src/index.ts';
import type { LocalAlbError } from '../src/errors.ts';
import {
  connectRaw,
  forwardTo,
  listener,
  loadBalancer,
  rule,
  startRawTarget,
  startTarget,
  startTestAlb,
  targetGroup,
} from './fixture.ts';

const balancer = loadBalancer([listener([rule('default', forwardTo('web'))])]);

test('names the port when it is taken', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const starting = startLocalAlb({
    loadBalancer: balancer,
    targetGroups: [targetGroup('web')],
    listeners: [{ port: 80, host: '127.0.0.1', localPort: port }],
  });
  await expect(starting).rejects.toMatchObject({
    code: 'LOCAL_ALB_PORT_TAKEN',
    message: expect.stringContaining(`Port ${port}`),
  });
  holder.close();
});

test('says so when it cannot listen on the address', async () => {
  const starting = startLocalAlb({
    loadBalancer: balancer,
    targetGroups: [targetGroup('web')],
    listeners: [{ port: 80, host: '192.0.2.1', localPort: 0 }],
  });
  await expect(starting).rejects.toMatchObject({ code: 'LOCAL_ALB_ADDRESS_UNAVAILABLE' });
});

/** Opens the port, or any, and closes it again; answers which it was, or 0 when another has it. */
async function tryPort(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return 0;
  }
  const opened = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return opened.port;
}

test('closes the listeners it has opened when a later one cannot be opened', async () => {
  const two = loadBalancer([
    listener([rule('default', forwardTo('web'))]),
    listener([rule('default', forwardTo('web'))], { port: 9000, protocol: 'TCP' }),
  ]);
  const startAt = async (localPort: number) =>
    await startLocalAlb({
      loadBalancer: two,
      targetGroups: [targetGroup('web')],
      listeners: [
        { port: 80, host: '127.0.0.1', localPort },
        { port: 9000, host: '127.0.0.1', localPort: 0 },
      ],
    });
  // Another process may take the port while it is free: then another port is tried.
  const tries: string[] = [];
  while (tries.at(-1) !== 'closed' && tries.length < 5) {
    const port = await tryPort(0);
    const { code } = await startAt(port).then(
      () => expect.unreachable(),
      (error: LocalAlbError) => error,
    );
    if (code === 'LOCAL_ALB_PROTOCOL_UNSUPPORTED' && (await tryPort(port)) === port) tries.push('closed');
    else tries.push(code);
  }
  expect(tries.at(-1)).toBe('closed');
});

test.for([
  ['LOCAL_ALB_LISTENER_UNKNOWN', 8080, [targetGroup('web')]],
  ['LOCAL_ALB_TARGET_GROUP_UNKNOWN', 80, []],
] as const)('refuses to start with %s', async ([code, port, targetGroups]) => {
  const starting = startLocalAlb({
    loadBalancer: balancer,
    targetGroups,
    listeners: [{ port, host: '127.0.0.1', localPort: 0 }],
  });
  await expect(starting).rejects.toMatchObject({ code });
});

test('lets a request in flight finish when it is told to stop, and takes no new connection', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<() => void>();
  await using target = await startTarget((_, response) => resolve(() => void response.end('finished')));
  const alb = await startTestAlb({ closeGraceMs: 5000 });
  await alb.addTarget('web', target);
  await using idle = await connectRaw(alb.port);
  const inFlight = fetch(alb.url);
  const answer = await asked;
  const stopped = alb[Symbol.asyncDispose]();
  expect(await idle.rest()).toBe('');
  answer();
  const response = await inFlight;
  expect(response.headers.get('connection')).toBe('close');
  expect(await response.text()).toBe('finished');
  await stopped;
  await expect(fetch(alb.url)).rejects.toThrow('fetch failed');
});

test('does not wait for a request longer than its grace when it is told to stop', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  await using target = await startRawTarget(() => resolve());
  const alb = await startTestAlb({ closeGraceMs: 50 });
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await asked;
  await alb[Symbol.asyncDispose]();
  expect(await client.rest()).toMatch(/^(?:HTTP\/1\.1 502[^]*)?$/);
});

test('says Connection: close once the lifetime of a client connection is over', async () => {
  await using target = await startTarget((_, response) => response.end('ok'));
  await using alb = await startTestAlb({ attributes: { 'client_keep_alive.seconds': '0' } });
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(await client.rest()).toMatch(/Connection: close\r\n[^]*ok$/);
});
