import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import {
  connectRaw,
  forwardTo,
  NOBODY,
  rule,
  startRawTarget,
  startTarget,
  startTestAlb,
  targetGroup,
} from './fixture.ts';

const GET = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n';
/** The shortest that the attribute allows AWS's users is 1 s; tests take less. */
const IMPATIENT = { attributes: { 'idle_timeout.timeout_seconds': '0.3' } };

test.for([
  ['GET / HTTP/1.1\r\nbad\0header: x\r\nHost: a\r\n\r\n', 400, 'Bad Request'],
  ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, 'Bad Request'],
  ['TRACE / HTTP/1.1\r\nHost: a\r\n\r\n', 405, 'Not Allowed'],
  [`GET /${'a'.repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414, 'Request-URI Too Large'],
  ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n', 501, 'Not Implemented'],
  ['GET / HTTP/3.0\r\nHost: a\r\n\r\n', 505, 'HTTP Version Not Supported'],
] as const)('answers %.50j with its own %i page and closes', async ([request, status, reason]) => {
  await using alb = await startTestAlb();
  await using client = await connectRaw(alb.port);
  client.send(request);
  const response = await client.rest();
  expect(response).toContain(`HTTP/1.1 ${status} ${reason}\r\nServer: awselb/2.0\r\n`);
  expect(response).toContain(`<center><h1>${status} ${reason}</h1></center>`);
  expect(response).toContain('Connection: close');
  expect((await alb.logged(status)).targetStatus).toBeUndefined();
});

test('answers 463 with an empty body when X-Forwarded-For names more than 30 addresses', async () => {
  await using alb = await startTestAlb();
  const response = await fetch(alb.url, { headers: { 'x-forwarded-for': Array(31).fill('10.0.0.1').join(', ') } });
  expect(response.status).toBe(463);
  expect(await response.text()).toBe('');
});

test('answers 464 when the target group speaks gRPC or HTTP/2', async () => {
  await using alb = await startTestAlb({ targetGroups: [targetGroup('web', { protocolVersion: 'GRPC' })] });
  expect((await fetch(alb.url)).status).toBe(464);
});

test('answers 464 to a gRPC request to a target group of HTTP/1.1', async () => {
  await using alb = await startTestAlb();
  const headers = { 'content-type': 'application/grpc+proto' };
  const response = await fetch(alb.url, { method: 'POST', headers, body: 'x' });
  expect(response.status).toBe(464);
  expect(await response.text()).toBe('');
});

test('answers 502 when the target refuses the connection', async () => {
  await using alb = await startTestAlb({
    targetGroups: [targetGroup('web', { healthCheck: { ...targetGroup('web').healthCheck, enabled: false } })],
  });
  await alb.call('RegisterTargets', { TargetGroupArn: 'web', Targets: [{ Id: NOBODY.host, Port: NOBODY.port }] });
  const response = await fetch(alb.url);
  expect(response.status).toBe(502);
  expect(await response.text()).toHaveLength(122);
  expect((await alb.logged(502)).reason).toContain('ECONNREFUSED');
});

test.for([
  ['resets the connection', (socket: Socket): void => void socket.resetAndDestroy()],
  ['closes without an answer', (socket: Socket): void => void socket.end()],
  ['answers with rubbish', (socket: Socket): void => void socket.write('SSH-2.0-OpenSSH_9.6\r\n')],
  [
    'answers with a malformed header',
    (socket: Socket): void => void socket.write('HTTP/1.1 200 OK\r\nno colon\r\n\r\n'),
  ],
  [
    'answers with a NUL in a header',
    (socket: Socket): void => void socket.write('HTTP/1.1 200 OK\r\nX-A: b\0c\r\nContent-Length: 0\r\n\r\n'),
  ],
  [
    'answers with a CR that ends no line',
    (socket: Socket): void => void socket.write('HTTP/1.1 200 OK\r\nX-A: b\rX-C: d\r\nContent-Length: 0\r\n\r\n'),
  ],
  [
    'answers with headers of more than 32 K',
    (socket: Socket): void => void socket.write(`HTTP/1.1 200 OK\r\n${`X: ${'a'.repeat(997)}\r\n`.repeat(40)}\r\n`),
  ],
] as const)('answers 502 when the target %s', async ([, misbehave]) => {
  await using target = await startRawTarget(misbehave);
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  const response = await fetch(alb.url);
  expect(response.status).toBe(502);
  expect(await response.text()).toContain('502 Bad Gateway');
});

test('answers 504 when the target does not answer before the idle timeout', async () => {
  await using target = await startRawTarget(() => {});
  await using alb = await startTestAlb(IMPATIENT);
  await alb.addTarget('web', target);
  const response = await fetch(alb.url);
  expect(response.status).toBe(504);
  expect(await alb.logged(504)).toMatchObject({ target: `127.0.0.1:${target.port}`, targetStatus: undefined });
});

test('answers 504 when the target does not accept the connection in time', async () => {
  // To a client this looks as a security group does that drops its packets.
  await using full = await fullBacklog();
  await using alb = await startTestAlb({
    connectTimeoutMs: 200,
    targetGroups: [targetGroup('web', { healthCheck: { ...targetGroup('web').healthCheck, enabled: false } })],
  });
  await alb.call('RegisterTargets', { TargetGroupArn: 'web', Targets: [{ Id: full.host, Port: full.port }] });
  const response = await fetch(alb.url);
  expect(response.status).toBe(504);
  expect((await alb.logged(504)).reason).toContain('did not accept');
});

/** A process that listens and is stopped, its queue of connections full: whoever connects now gets no answer. */
async function fullBacklog() {
  const script = `require('net').createServer().listen({ host: '127.0.0.1', port: 0, backlog: 1 }, function () {
    require('fs').writeSync(1, String(this.address().port));
    process.kill(process.pid, 'SIGSTOP');
  })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await once(child.stdout, 'data');
  const port = Number(output);
  const fillers = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  for (const filler of fillers) filler.on('error', () => {});
  await Promise.all(fillers.map((filler) => once(filler, 'connect')));
  return {
    host: '127.0.0.1',
    port,
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      for (const filler of fillers) filler.destroy();
    },
  };
}

test('closes the connection, because the head is out, when the response breaks off', async () => {
  await using target = await startRawTarget((socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
  });
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send(GET);
  expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhalf$/);
});

test('answers 408 when a client does not send the rest of its request before the idle timeout', async () => {
  await using alb = await startTestAlb(IMPATIENT);
  await using client = await connectRaw(alb.port);
  client.send('GET / HTTP/1.1\r\nHost:');
  expect(await client.rest()).toContain('HTTP/1.1 408 Request Time-out\r\n');
  await alb.logged(408);
});

test('answers 408 when a client connects and sends nothing before the idle timeout', async () => {
  await using alb = await startTestAlb(IMPATIENT);
  await using client = await connectRaw(alb.port);
  expect(await client.rest()).toMatch(/^HTTP\/1\.1 408 Request Time-out\r\n[^]*Connection: close\r\n/);
  expect(await alb.logged(408)).toMatchObject({ target: undefined, rulePriority: undefined });
});

test('closes a kept connection that stays idle, without a word', async () => {
  await using target = await startTarget((_, response) => response.end('done'));
  await using alb = await startTestAlb(IMPATIENT);
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send(GET);
  expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*done$/);
});

test('logs 400 when the client breaks its request off', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  await using target = await startRawTarget(() => resolve());
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send('POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
  await asked;
  client.socket.destroy();
  expect(await alb.logged(400)).toMatchObject({ target: `127.0.0.1:${target.port}`, targetStatus: undefined });
});

test('logs 460 when the client leaves before the target answers', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  await using target = await startRawTarget(() => resolve());
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send(GET);
  await asked;
  client.socket.destroy();
  expect(await alb.logged(460)).toMatchObject({ target: `127.0.0.1:${target.port}` });
});

test('logs 460 and closes the connection to the target when the client leaves in the middle of a response', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  await using target = await startRawTarget((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nfirst');
    socket.on('close', () => resolve());
  });
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send(GET);
  await client.until((received) => received.endsWith('first'));
  client.socket.destroy();
  expect(await alb.logged(460)).toMatchObject({ targetStatus: 200 });
  await closed;
});

test('answers 400 when the chunks of a request body are malformed', async () => {
  await using target = await startRawTarget(() => {});
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send('POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX');
  expect(await client.rest()).toContain('HTTP/1.1 400 Bad Request');
});

test('does not send a request twice when the target closes a kept connection under it', async () => {
  let requests = 0;
  await using target = await startRawTarget((socket) => {
    requests++;
    if (requests === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  expect((await fetch(alb.url)).status).toBe(200);
  expect((await fetch(alb.url)).status).toBe(502);
  expect(requests).toBe(2);
});

test('answers the next request on the same connection after a target has failed', async () => {
  await using target = await startRawTarget((socket, head) => {
    if (head.startsWith('GET /bad')) socket.destroy();
    else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood');
  });
  await using alb = await startTestAlb({ rules: [rule('default', forwardTo('web'))] });
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send('GET /bad HTTP/1.1\r\nHost: a\r\n\r\nGET /good HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(await client.until((received) => received.endsWith('good'))).toMatch(/502 Bad Gateway[^]*200 OK/);
});
