import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { AwsApi } from '../src/index.ts';
import { balancing, json, query, scope, start } from './apis.ts';

describe('an AWS JSON API', () => {
  test('gives the operation its input and answers with its output and a request id', async () => {
    await using endpoint = await start();
    const { response, body } = await json(endpoint.url, 'Echo', '{"ServiceName":"worker"}');
    expect(body).toEqual({ input: { ServiceName: 'worker' }, at: 1 });
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    ['the error that the operation throws', 'Refuse', '{}', 400, 'ServiceNotFound'],
    ['UnknownOperationException for an operation it lacks', 'Absent', '{}', 400, 'UnknownOperationException'],
    ['UnknownOperationException for a name of Object', 'constructor', '{}', 400, 'UnknownOperationException'],
    ['SerializationException for a body that is not JSON', 'Echo', '{', 400, 'SerializationException'],
  ])('answers %s', async (_, operation, input, status, code) => {
    await using endpoint = await start();
    const { response, body } = await json(endpoint.url, operation, input);
    expect([response.status, body['__type']]).toEqual([status, code]);
  });

  test('answers UnknownOperationException for an API that is not mounted', async () => {
    await using endpoint = await start();
    const { body } = await json(endpoint.url, 'ListTables', '{}', 'DynamoDB_20120810');
    expect(body).toMatchObject({ __type: 'UnknownOperationException' });
  });

  test('answers InternalFailure without its cause, and tells the cause to onError', async () => {
    const told: unknown[] = [];
    await using endpoint = await start({ onError: (...what) => told.push(what) });
    const { response, body } = await json(endpoint.url, 'Break', '{}');
    expect([response.status, body['__type']]).toEqual([500, 'InternalFailure']);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(told).toEqual([[expect.any(TypeError), 'servicediscovery:Break']]);
  });

  test('gives up an operation that does not answer in time', async () => {
    await using endpoint = await start({ operationTimeoutMs: 20 });
    const { response, body } = await json(endpoint.url, 'Hang', '{}');
    expect([response.status, body['__type']]).toEqual([503, 'ServiceUnavailable']);
  });
});

describe('an AWS Query API', () => {
  test('gives the operation its input and answers in XML', async () => {
    await using endpoint = await start();
    const { response, body } = await query(endpoint.url, { Action: 'Describe', 'Names.member.1': 'a' });
    expect(body['DescribeResponse'].DescribeResult).toEqual({
      From: 'elasticloadbalancing',
      Names: { member: 'a' },
    });
    expect(body['DescribeResponse'].ResponseMetadata.RequestId).toBe(response.headers.get('x-amzn-requestid'));
  });

  test('is chosen by the credential scope when two APIs have the operation', async () => {
    await using endpoint = await start();
    const { body } = await query(endpoint.url, { Action: 'Describe' }, { authorization: scope('autoscaling') });
    expect(body['DescribeResponse'].DescribeResult).toEqual({ From: 'autoscaling' });
  });

  test.each([
    ['the error that the operation throws', { Action: 'Refuse' }, 'TargetGroupNotFound'],
    ['InvalidAction for an action that nobody has', { Action: 'Absent' }, 'InvalidAction'],
    ['MissingAction for a form without one', { Version: '1' }, 'MissingAction'],
    ['MalformedInput for a form that contradicts itself', { Action: 'Describe', X: '1', 'X.Y': '2' }, 'MalformedInput'],
  ])('answers %s', async (_, form, code) => {
    await using endpoint = await start();
    const { response, body } = await query(endpoint.url, form);
    expect([response.status, body['ErrorResponse'].Error.Code]).toEqual([400, code]);
  });
});

describe('two versions of an AWS Query API', () => {
  const versionOf = (version: string): AwsApi => ({
    service: 'elasticloadbalancing',
    protocol: { kind: 'query', xmlNamespace: `http://elasticloadbalancing.amazonaws.com/doc/${version}/` },
    operations: { Describe: () => ({ From: version }) },
  });
  const apis = [versionOf('2015-12-01'), versionOf('2012-06-01')];

  test.each([
    ['2012-06-01', '2012-06-01'],
    ['2015-12-01', '2015-12-01'],
    ['2000-01-01', '2015-12-01'],
  ])('are told apart by the version that the client names: %s is answered by %s', async (Version, expected) => {
    await using endpoint = await start({ apis });
    for (const headers of [{}, { authorization: scope('elasticloadbalancing') }]) {
      const { body } = await query(endpoint.url, { Action: 'Describe', Version }, headers);
      expect(body['DescribeResponse'].DescribeResult.From).toBe(expected);
    }
  });
});

describe('the endpoint', () => {
  test('lists what is mounted', async () => {
    await using endpoint = await start({ apis: [balancing] });
    expect(await (await fetch(endpoint.url)).json()).toEqual({
      apis: [{ service: 'elasticloadbalancing', protocol: 'query', operations: ['Describe', 'Refuse'] }],
      upstreams: [],
    });
  });

  test('does not look at the host name', async () => {
    await using endpoint = await start();
    const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1');
    socket.end(
      'POST / HTTP/1.1\r\nHost: data-servicediscovery.us-east-1.amazonaws.com\r\nConnection: close\r\n' +
        'X-Amz-Target: Route53AutoNaming_v20170314.Echo\r\nContent-Length: 2\r\n\r\n{}',
    );
    expect(String(Buffer.concat(await socket.toArray()))).toMatch(/^HTTP\/1\.1 200 /);
  });

  test.each([
    ['that declares too large a body', { 'content-length': '2000' }],
    ['whose chunks add up to too large a body', { 'transfer-encoding': 'chunked' }],
  ])('answers 413 to a request %s, and closes the connection', async (_, length) => {
    await using endpoint = await start({ bodyBytesMax: 1000 });
    const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1');
    const head = Object.entries({ host: 'x', 'x-amz-target': 'A.B', ...length }).map((pair) => pair.join(': '));
    socket.write(['POST / HTTP/1.1', ...head, '', `7d0\r\n${'x'.repeat(1900)}`].join('\r\n'));
    const answer = String(Buffer.concat(await socket.toArray()));
    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*RequestEntityTooLarge/i);
  });

  test('takes a client that goes away in the middle of its request for no failure of its own', async () => {
    const told: unknown[] = [];
    await using endpoint = await start({ onError: (...what) => told.push(what) });
    const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1');
    socket.write(
      'POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: A.B\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n',
    );
    await once(socket, 'data');
    socket.write('{', () => socket.resetAndDestroy());
    await once(socket, 'close');
    expect((await json(endpoint.url, 'Echo', '{}')).body).toEqual({ input: {}, at: 1 });
    expect(told).toEqual([]);
  });

  test('refuses requests from web pages', async () => {
    await using endpoint = await start();
    const { response, body } = await query(endpoint.url, { Action: 'Describe' }, { origin: 'http://evil.example' });
    expect([response.status, body['ErrorResponse'].Error.Code]).toEqual([403, 'AccessDenied']);
  });

  test.each([
    ['DELETE', '/'],
    ['GET', '/?Action=Describe'],
  ])('refuses %s %s: only POST operates anything', async (method, path) => {
    await using endpoint = await start();
    expect((await fetch(`${endpoint.url}${path}`, { method })).status).toBe(405);
  });

  test('says which port is taken', async () => {
    await using endpoint = await start();
    const port = Number(new URL(endpoint.url).port);
    await expect(start({ port })).rejects.toMatchObject({
      code: 'LOCAL_AWS_ENDPOINT_PORT_TAKEN',
      message: expect.stringContaining(`Port ${port} on 127.0.0.1`),
    });
  });

  test('says why it cannot listen on an address that is not here', async () => {
    await expect(start({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'LOCAL_AWS_ENDPOINT_LISTEN_FAILED' });
  });

  test('closes connections that are kept alive when it is disposed', async () => {
    const endpoint = await start();
    const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1');
    await once(socket, 'connect');
    await endpoint[Symbol.asyncDispose]();
    await once(socket, 'close');
    await expect(fetch(endpoint.url)).rejects.toThrow('fetch failed');
  });
});
