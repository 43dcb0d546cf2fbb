import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { expect, test } from 'vitest';
import type { TargetHealthEvent } from '../src/index.ts';
import { startTarget, startTestAlb, targetGroup } from './fixture.ts';
import { startSecureAlb } from './secure-alb.ts';
import { named, startTime, visit } from './visits.ts';

const LB_COOKIE = { 'stickiness.enabled': 'true', 'stickiness.type': 'lb_cookie' };
const APP_COOKIE = {
  'stickiness.enabled': 'true',
  'stickiness.type': 'app_cookie',
  'stickiness.app_cookie.cookie_name': 'session',
};

async function stickyAlb(attributes: Record<string, string>) {
  return await startTestAlb({ targetGroups: [targetGroup('web', { attributes })] });
}

test('sets AWSALB and AWSALBCORS with the same opaque value, for seven days', async () => {
  await using one = await named('1');
  await using alb = await stickyAlb(LB_COOKIE);
  await alb.addTarget('web', one);
  const { setCookies } = await visit(alb.url);
  expect(setCookies).toHaveLength(2);
  const [own, cors] = setCookies.map((cookie) => /^(\w+)=([^;]+); Expires=([^;]+ GMT); (.*)$/.exec(cookie));
  expect(own).toMatchObject({ 1: 'AWSALB', 4: 'Path=/' });
  expect(cors).toMatchObject({ 1: 'AWSALBCORS', 2: own?.[2], 3: own?.[3], 4: 'Path=/; SameSite=None' });
  expect(own?.[2]).toHaveLength(128);
  const days = (Date.parse(own?.[3] ?? '') - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(6.99);
  expect(days).toBeLessThanOrEqual(7);
});

test('keeps a client with its target while the cookie holds', async () => {
  await using one = await named('1');
  await using two = await named('2');
  await using alb = await stickyAlb(LB_COOKIE);
  await alb.addTarget('web', one);
  await alb.addTarget('web', two);
  const first = await visit(alb.url);
  for (let i = 0; i < 5; i++) expect((await visit(alb.url, first.cookie)).body).toBe(first.body);
  const [, cors] = first.setCookies;
  expect((await visit(alb.url, `AWSALB=rubbish; ${cors}`)).body).toBe(first.body);
});

test('chooses anew for a cookie that is not its own', async () => {
  await using one = await named('1');
  await using two = await named('2');
  await using alb = await stickyAlb(LB_COOKIE);
  await alb.addTarget('web', one);
  await alb.addTarget('web', two);
  const { cookie } = await visit(alb.url);
  const forged = cookie.replaceAll(/=(.)/g, (_, first: string) => (first === 'A' ? '=B' : '=A'));
  const bodies = new Set<string>();
  for (let i = 0; i < 4; i++) bodies.add((await visit(alb.url, forged)).body);
  expect(bodies).toEqual(new Set(['1', '2']));
});

test('moves a client to another target when its own is deregistered', async () => {
  await using one = await named('1');
  await using two = await named('2');
  await using alb = await stickyAlb(LB_COOKIE);
  await alb.addTarget('web', one);
  await alb.addTarget('web', two);
  const first = await visit(alb.url);
  const gone = first.body === '1' ? one : two;
  await alb.call('DeregisterTargets', { TargetGroupArn: 'web', Targets: [{ Id: gone.host, Port: gone.port }] });
  const second = await visit(alb.url, first.cookie);
  expect(second.body).not.toBe(first.body);
  expect(second.cookie).not.toBe(first.cookie);
});

test.for([
  ['lb_cookie', { ...LB_COOKIE, 'stickiness.lb_cookie.duration_seconds': '60' }],
  ['app_cookie', { ...APP_COOKIE, 'stickiness.app_cookie.duration_seconds': '60' }],
] as const)('holds a client by %s for the duration that is set, anew with every response', async ([, attributes]) => {
  using time = startTime();
  await using one = await named('1');
  await using two = await named('2');
  await using alb = await stickyAlb(attributes);
  await alb.addTarget('web', one);
  await alb.addTarget('web', two);
  const first = await visit(`${alb.url}/login`);
  time.advance(50);
  const second = await visit(alb.url, first.cookie);
  expect(second.body).toBe(first.body);
  const renewed = first.cookie.includes('session=') ? `session=abc; ${second.cookie}` : second.cookie;
  time.advance(50);
  const bodies = async (cookie: string) => {
    const seen = new Set<string>();
    for (let i = 0; i < 4; i++) seen.add((await visit(alb.url, cookie)).body);
    return seen;
  };
  expect(await bodies(renewed)).toEqual(new Set([first.body]));
  expect(await bodies(first.cookie)).toEqual(new Set(['1', '2']));
});

test('moves a client to another target when its own becomes unhealthy, and leaves it there', async () => {
  const sick = new Set<string>();
  const ailing = (name: string) =>
    startTarget((request, response) => {
      response.statusCode = request.url === '/check' && sick.has(name) ? 500 : 200;
      response.end(name);
    });
  await using one = await ailing('1');
  await using two = await ailing('2');
  const { healthCheck } = targetGroup('web');
  await using alb = await startTestAlb({
    targetGroups: [
      targetGroup('web', {
        attributes: LB_COOKIE,
        healthCheck: { ...healthCheck, path: '/check', intervalSeconds: 0.05, timeoutSeconds: 20 },
      }),
    ],
  });
  await alb.addTarget('web', one);
  await alb.addTarget('web', two);
  const becomes = (to: string, from: string) =>
    alb.event(
      (event): event is TargetHealthEvent => event.kind === 'target-health' && event.to === to && event.from === from,
    );
  const first = await visit(alb.url);
  sick.add(first.body);
  await becomes('unhealthy', 'healthy');
  const second = await visit(alb.url, first.cookie);
  expect(second.body).not.toBe(first.body);
  sick.clear();
  await becomes('healthy', 'unhealthy');
  for (let i = 0; i < 4; i++) expect((await visit(alb.url, second.cookie)).body).toBe(second.body);
});

test('marks the cookie for other sites Secure on HTTPS', async () => {
  await using one = await named('1');
  await using alb = await startSecureAlb({}, { targetGroups: [targetGroup('web', { attributes: LB_COOKIE })] });
  await alb.addTarget('web', one);
  const request = httpsRequest(alb.url, { rejectUnauthorized: false, agent: false }).end();
  const [response] = await once(request, 'response');
  const [own, cors]: string[] = response.headers['set-cookie'];
  expect(own).toMatch(/^AWSALB=[^;]+; Expires=[^;]+; Path=\/$/);
  expect(cors).toMatch(/^AWSALBCORS=[^;]+; Expires=[^;]+; Path=\/; SameSite=None; Secure$/);
  response.resume();
  await once(response, 'end');
});

test('follows the application cookie: a session begins when the target sets it', async () => {
  await using one = await named('1');
  await using two = await named('2');
  await using alb = await stickyAlb(APP_COOKIE);
  await alb.addTarget('web', one);
  await alb.addTarget('web', two);
  const before = await visit(alb.url);
  expect(before.setCookies.map((cookie) => cookie.slice(0, 21))).toEqual([
    'AWSALBAPP-0=_remove_;',
    'AWSALBAPP-1=_remove_;',
    'AWSALBAPP-2=_remove_;',
    'AWSALBAPP-3=_remove_;',
  ]);
  const login = await visit(`${alb.url}/login`);
  expect(login.setCookies).toContain('session=abc; Path=/');
  expect(login.cookie).toContain('AWSALBAPP-0=');
  for (let i = 0; i < 4; i++) expect((await visit(alb.url, login.cookie)).body).toBe(login.body);
});

test('does not hold a client that has lost its application cookie', async () => {
  await using one = await named('1');
  await using two = await named('2');
  await using alb = await stickyAlb(APP_COOKIE);
  await alb.addTarget('web', one);
  await alb.addTarget('web', two);
  const { cookie } = await visit(`${alb.url}/login`);
  const without = cookie
    .split('; ')
    .filter((pair) => !pair.startsWith('session='))
    .join('; ');
  const bodies = new Set<string>();
  for (let i = 0; i < 4; i++) bodies.add((await visit(alb.url, without)).body);
  expect(bodies).toEqual(new Set(['1', '2']));
});
