import { X509Certificate } from 'node:crypto';
import { connect as connectHttp2, constants } from 'node:http2';
import { createServer as createHttpsServer, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { expect, test } from 'vitest';
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
import { startSecureAlb, tls } from './secure-alb.ts';

test('serves HTTPS and tells the target so', async () => {
  await using target = await startTarget((request, response) => response.end(JSON.stringify(request.headers)));
  await using alb = await startSecureAlb({ 'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'true' });
  await alb.addTarget('web', target);
  const request = httpsRequest(alb.url, { rejectUnauthorized: false, agent: false, servername: 'shop.test' }).end();
  const [response] = await once(request, 'response');
  const headers = JSON.parse((await response.toArray()).join(''));
  expect(headers).toMatchObject({
    'x-forwarded-proto': 'https',
    'x-forwarded-port': String(alb.port),
    'x-amzn-tls-version': 'TLSv1.3',
  });
  const { record } = await alb.logged(200);
  expect(record).toMatchObject({
    type: 'https',
    tlsProtocol: 'TLSv1.3',
    serverName: 'shop.test',
    certificateArn: 'arn:cert',
  });
});

test('answers 400 to plain HTTP on an HTTPS listener', async () => {
  await using alb = await startSecureAlb();
  await using client = await connectRaw(alb.port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(await client.rest()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
});

test('answers 400 at once to a TLS handshake on an HTTP listener', async () => {
  await using alb = await startTestAlb();
  await using client = await connectRaw(alb.port);
  client.send('\u0016\u0003\u0001\u0002');
  expect(await client.rest()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  const secure = connectTls({ port: alb.port, host: '127.0.0.1' });
  await expect(once(secure, 'secureConnect')).rejects.toThrow(/wrong version number/);
});

test('speaks HTTP/2 to clients that offer it, several requests at a time, and HTTP/1.1 to the target', async () => {
  await using target = await startTarget((request, response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.write(`${request.httpVersion} ${request.method} ${request.url} `);
    request.pipe(response);
  });
  await using alb = await startSecureAlb();
  await alb.addTarget('web', target);
  const session = connectHttp2(alb.url, { rejectUnauthorized: false });
  const send = async (path: string, body?: string) => {
    const stream = session.request({ ':path': path, ':method': body === undefined ? 'GET' : 'POST' });
    stream.end(body);
    const [headers] = await once(stream, 'response');
    return { headers, body: (await stream.toArray()).join('') };
  };
  const [first, second] = await Promise.all([send('/one'), send('/two', 'x'.repeat(300_000))]);
  expect(first.body).toBe('1.1 GET /one ');
  expect(first.headers).toMatchObject({ [constants.HTTP2_HEADER_STATUS]: 200, 'set-cookie': ['a=1', 'b=2'] });
  expect(second.body).toBe(`1.1 POST /two ${'x'.repeat(300_000)}`);
  expect((await alb.logged(200)).record.type).toBe('h2');
  session.close();
  await once(session, 'close');
});

test('gives an HTTP/2 client the answers of the load balancer itself', async () => {
  await using alb = await startSecureAlb();
  const session = connectHttp2(alb.url, { rejectUnauthorized: false });
  const stream = session.request({ ':path': '/' }).end();
  const [headers] = await once(stream, 'response');
  expect(headers).toMatchObject({ ':status': 503, server: 'awselb/2.0' });
  expect((await stream.toArray()).join('')).toContain('503 Service Temporarily Unavailable');
  session.close();
  await once(session, 'close');
});

test('does not offer HTTP/2 when the attribute says so', async () => {
  await using alb = await startSecureAlb({ 'routing.http2.enabled': 'false' });
  const session = connectHttp2(alb.url, { rejectUnauthorized: false });
  const [error] = await once(session, 'error');
  expect(String(error)).toMatch(/h2|HTTP\/2|ALPN|protocol/i);
});

test('logs 460 when an HTTP/2 client cancels a request, and goes on serving its session', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  await using target = await startTarget((request, response) => {
    if (request.url === '/slow') resolve();
    else response.end('quick');
  });
  await using alb = await startSecureAlb();
  await alb.addTarget('web', target);
  const session = connectHttp2(alb.url, { rejectUnauthorized: false });
  const slow = session.request({ ':path': '/slow' });
  await asked;
  slow.close(constants.NGHTTP2_CANCEL);
  expect(await alb.logged(460)).toMatchObject({ path: '/slow' });
  const quick = session.request({ ':path': '/quick' });
  expect((await quick.toArray()).join('')).toBe('quick');
  session.close();
  await once(session, 'close');
});

test('speaks HTTPS to a target group of that protocol, whatever the certificate', async () => {
  const secure = createHttpsServer(tls, (_, response) => response.end('secret')).listen(0, '127.0.0.1');
  await once(secure, 'listening');
  const { port } = secure.address() as AddressInfo;
  const group = targetGroup('web', { protocol: 'HTTPS' });
  await using alb = await startTestAlb({
    targetGroups: [{ ...group, healthCheck: { ...group.healthCheck, protocol: 'HTTPS' } }],
  });
  await alb.addTarget('web', { host: '127.0.0.1', port });
  expect(await (await fetch(alb.url)).text()).toBe('secret');
  secure.closeAllConnections();
  secure.close();
});

function secureGroup() {
  const group = targetGroup('web', { protocol: 'HTTPS' });
  return { ...group, healthCheck: { ...group.healthCheck, enabled: false } };
}

test('answers 504 when the target does not finish the TLS handshake in time', async () => {
  await using silent = await startRawTarget(() => {});
  await using alb = await startTestAlb({ connectTimeoutMs: 200, targetGroups: [secureGroup()] });
  await alb.call('RegisterTargets', { TargetGroupArn: 'web', Targets: [{ Id: silent.host, Port: silent.port }] });
  expect((await fetch(alb.url)).status).toBe(504);
  expect(await alb.logged(504)).toMatchObject({ target: `127.0.0.1:${silent.port}`, targetStatus: undefined });
});

test('answers 502 when the TLS handshake with the target fails', async () => {
  await using plain = await startTarget((_, response) => response.end('plain'));
  await using alb = await startTestAlb({ targetGroups: [secureGroup()] });
  await alb.call('RegisterTargets', { TargetGroupArn: 'web', Targets: [{ Id: plain.host, Port: plain.port }] });
  expect((await fetch(alb.url)).status).toBe(502);
});

test('closes HTTP/2 sessions when it is told to stop', async () => {
  const alb = await startSecureAlb();
  const session = connectHttp2(alb.url, { rejectUnauthorized: false });
  await once(session, 'connect');
  const closed = once(session, 'close');
  await alb[Symbol.asyncDispose]();
  await closed;
});

test('signs a certificate for its own names when it is given none', async () => {
  const balancer = loadBalancer([listener([rule('default', forwardTo('web'))], { port: 443, protocol: 'HTTPS' })]);
  await using alb = await startTestAlb({ loadBalancer: balancer });
  const socket = connectTls({ host: '127.0.0.1', port: alb.port, servername: 'localhost', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const certificate = new X509Certificate(socket.getPeerCertificate().raw);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkHost(balancer.dnsName)).toBe(balancer.dnsName);
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(Date.parse(certificate.validTo) - Date.now()).toBeGreaterThan(360 * 24 * 3600 * 1000);
  socket.destroy();
});

test('stops within its grace, whatever connections to an HTTPS listener are in the middle of', async () => {
  const alb = await startSecureAlb({}, { closeGraceMs: 200 });
  const open = async (bytes: string) => {
    const client = await connectRaw(alb.port, { allowHalfOpen: true });
    client.send(Buffer.from(bytes, 'latin1'));
    return client;
  };
  await using plain = await open('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await plain.until((received) => received.includes('400 Bad Request'));
  await using _silent = await open('');
  await using _greeting = await open('\u0016\u0003\u0001\u0002\u0000');
  await alb[Symbol.asyncDispose]();
});

test('closes the connection of a client that spoke plain HTTP and keeps its own side open', async () => {
  await using alb = await startSecureAlb();
  await using client = await connectRaw(alb.port, { allowHalfOpen: true });
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(client.socket, 'end');
  const gone = once(client.socket, 'error');
  const dripping = setInterval(() => client.send('x'), 100);
  await gone;
  clearInterval(dripping);
});
