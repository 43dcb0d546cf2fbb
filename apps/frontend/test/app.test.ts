import { KitError, buildContext, loadServiceConfig } from '@switchyard/shared';
import type { DiscoveryClient, Hop } from '@switchyard/shared';
import { expect, test } from 'vitest';
import { CALLS_BEHIND, buildApp } from '../src/app.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

const hop = (service: string): Hop => ({
  service,
  taskId: '0123456789abcdef0123456789abcdef',
  taskDefinition: `${service}:1`,
  zone: 'us-east-1a',
  address: '127.10.1.6',
  reached: { by: 'direct', from: '127.10.1.4' },
  attempts: [],
  ms: 1,
});

const answering: DiscoveryClient['call'] = async (service, via, { path, record }) => {
  record.account = { by: 'service-connect', alias: `${service} by ${via} for ${path}` };
  return { status: 200, json: { hops: [hop('api'), hop('worker')] } };
};

function build(call: DiscoveryClient['call'] = answering) {
  const config = loadServiceConfig({
    SERVICE_NAME: 'frontend',
    ALB_ROUTE: 'default rule, sticky',
    LOG_LEVEL: 'silent',
  });
  const context = buildContext(config, CALLS_BEHIND);
  const app = buildApp({ ...context, discovery: { ...context.discovery, call } });
  return { app, [Symbol.asyncDispose]: async () => await app.close() };
}

test('answers a journey of three hops, the way to api always by Service Connect', async () => {
  await using frontend = build();
  const answer = await frontend.app.inject({
    url: '/journey?via=cloud-map-api',
    headers: { accept: 'application/json', 'x-forwarded-port': '80' },
  });
  expect([answer.statusCode, answer.json()]).toMatchObject([
    200,
    {
      via: 'cloud-map-api',
      hops: [
        { service: 'frontend', reached: { by: 'load-balancer', route: 'default rule, sticky' } },
        { service: 'api', reached: { alias: 'api by service-connect for /api/journey?format=json&via=cloud-map-api' } },
        { service: 'worker' },
      ],
    },
  ]);
});

test('answers plain curl with a text picture of three hops', async () => {
  await using frontend = build();
  const answer = await frontend.app.inject({ url: '/journey', headers: { accept: '*/*' } });
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(answer.headers['vary']).toBe('accept');
  expect(answer.body.match(/^(client|frontend|api|worker)\b/gm)).toEqual(['client', 'frontend', 'api', 'worker']);
});

test('answers 502 with its own hop when api cannot be reached', async () => {
  await using frontend = build(async () => {
    throw new KitError('PEER_UNREACHABLE', 'The service api cannot be reached: connect ECONNREFUSED.');
  });
  const answer = await frontend.app.inject('/journey');
  expect(answer.statusCode).toBe(502);
  expect(answer.body).toContain('✗ frontend → api: 502 PEER_UNREACHABLE\n    The service api cannot be reached');
});

test('passes on with what status a journey ended further on', async () => {
  const error = { status: 504, code: 'PEER_TIMED_OUT', call: 'api → worker', detail: 'x', attempts: [] };
  await using frontend = build(async () => ({ status: 504, json: { hops: [hop('api')], error } }));
  const answer = await frontend.app.inject('/journey?format=json');
  expect([answer.statusCode, answer.json()]).toMatchObject([504, { hops: [{}, {}], error }]);
});

test('answers a browser with the page, which may load nothing but its own files', async () => {
  await using frontend = build();
  for (const url of ['/', '/journey', '/journey?via=service-connect']) {
    const answer = await frontend.app.inject({ url, headers: BROWSER });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.headers['content-security-policy']).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'",
    );
  }
});

test('has no inline script or style in the page, and serves every file that it refers to', async () => {
  await using frontend = build();
  const { body } = await frontend.app.inject({ url: '/', headers: BROWSER });
  expect(body).not.toMatch(/<style|style=|<script(?![^>]* src=)|\bon\w+=/);
  const files = [...body.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, file]) => file!);
  expect(files).toEqual(['/assets/page.css', '/assets/page.js']);
  const answers = await Promise.all(files.map(async (url) => await frontend.app.inject(url)));
  expect(answers.map(({ statusCode, headers }) => [statusCode, headers['content-type']])).toEqual([
    [200, 'text/css; charset=utf-8'],
    [200, 'text/javascript; charset=utf-8'],
  ]);
});

test('sends a file of the page again only when it has changed', async () => {
  await using frontend = build();
  const first = await frontend.app.inject('/assets/page.js');
  const again = await frontend.app.inject({
    url: '/assets/page.js',
    headers: { 'if-none-match': first.headers.etag! },
  });
  expect([again.statusCode, again.body]).toEqual([304, '']);
});

test('offers every mechanism on the page', async () => {
  await using frontend = build();
  const { body } = await frontend.app.inject({ url: '/', headers: BROWSER });
  const offered = [...body.matchAll(/name="via" value="([^"]+)"/g)].map(([, via]) => via);
  expect(offered).toEqual(['cloud-map-dns', 'cloud-map-api', 'service-connect']);
});

test('answers what there is not with a problem', async () => {
  await using frontend = build();
  const answer = await frontend.app.inject({ url: '/nope', headers: { accept: '*/*' } });
  expect([answer.statusCode, answer.json()]).toMatchObject([404, { code: 'SERVICE_ROUTE_UNKNOWN' }]);
});
