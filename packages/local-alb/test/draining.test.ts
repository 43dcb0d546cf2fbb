import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import type { TargetHealthEvent } from '../src/index.ts';
import { startTarget, startTestAlb, targetGroup, type TestAlb } from './fixture.ts';

function groupWithDelay(seconds: string) {
  return { targetGroups: [targetGroup('web', { attributes: { 'deregistration_delay.timeout_seconds': seconds } })] };
}

async function healthOf(alb: TestAlb) {
  const output = await alb.call('DescribeTargetHealth', { TargetGroupArn: 'web' });
  return (output['TargetHealthDescriptions'] as { TargetHealth: { State: string; Reason?: string } }[]).map(
    ({ TargetHealth }) => TargetHealth,
  );
}

/** A target that holds every request until it is told to answer. */
async function startHolding() {
  const held: ServerResponse[] = [];
  let arrived = Promise.withResolvers<void>();
  const target = await startTarget((_, response) => {
    held.push(response);
    arrived.resolve();
  });
  return {
    ...target,
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
    arrival: () => arrived.promise,
    answer: () => {
      for (const response of held.splice(0)) response.end('finished');
      arrived = Promise.withResolvers();
    },
  };
}

test('lets a request in flight finish on a draining target, and sends it no new one', async () => {
  await using slow = await startHolding();
  await using other = await startTarget((_, response) => response.end('other'));
  await using alb = await startTestAlb(groupWithDelay('300'));
  await alb.addTarget('web', slow);
  const inFlight = fetch(alb.url);
  await slow.arrival();
  await alb.addTarget('web', other);
  await alb.call('DeregisterTargets', { TargetGroupArn: 'web', Targets: [{ Id: slow.host, Port: slow.port }] });
  for (let i = 0; i < 3; i++) expect(await (await fetch(alb.url)).text()).toBe('other');
  expect(await healthOf(alb)).toMatchObject([
    { State: 'draining', Reason: 'Target.DeregistrationInProgress' },
    { State: 'healthy' },
  ]);
  slow.answer();
  expect(await (await inFlight).text()).toBe('finished');
  expect(await healthOf(alb)).toHaveLength(2);
});

test('cuts what still runs when the deregistration delay ends, with 502, and forgets the target', async () => {
  await using slow = await startHolding();
  await using alb = await startTestAlb(groupWithDelay('0.2'));
  await alb.addTarget('web', slow);
  const inFlight = fetch(alb.url);
  await slow.arrival();
  await alb.call('DeregisterTargets', { TargetGroupArn: 'web', Targets: [{ Id: slow.host, Port: slow.port }] });
  expect((await inFlight).status).toBe(502);
  expect((await alb.logged(502)).reason).toContain('deregistration delay');
  await alb.event(
    (event): event is TargetHealthEvent => event.kind === 'target-health' && event.reason === 'Target.NotRegistered',
  );
  expect(await healthOf(alb)).toEqual([]);
  expect((await fetch(alb.url)).status).toBe(503);
});

test('forgets a target at once when the deregistration delay is 0', async () => {
  await using target = await startTarget((_, response) => response.end());
  await using alb = await startTestAlb(groupWithDelay('0'));
  await alb.addTarget('web', target);
  await alb.call('DeregisterTargets', { TargetGroupArn: 'web', Targets: [{ Id: target.host, Port: target.port }] });
  expect(await healthOf(alb)).toEqual([]);
});

test('closes its resting connections to a target that is deregistered', async () => {
  await using target = await startTarget((_, response) => response.end('ok'));
  await using alb = await startTestAlb(groupWithDelay('300'));
  await alb.addTarget('web', target);
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  target.server.on('connection', (socket) => socket.on('close', () => resolve()));
  await (await fetch(alb.url)).text();
  await alb.call('DeregisterTargets', { TargetGroupArn: 'web', Targets: [{ Id: target.host, Port: target.port }] });
  await closed;
});
