import type { RuleAction } from '@switchyard/blueprint';
import { expect, test } from 'vitest';
import {
  connectRaw,
  NOBODY,
  rule,
  startTarget,
  startTestAlb,
  targetGroup,
  type RawClient,
  type TestAlb,
} from './fixture.ts';

/** What becomes of requests whose target refuses the connection, as that of a process that has just ended. */

const unchecked = (name: string) => {
  const group = targetGroup(name);
  return { ...group, healthCheck: { ...group.healthCheck, enabled: false } };
};

/** A load balancer that answers `/known` itself, so that a request sent behind it is known to be on its way. */
async function startAlb(): Promise<TestAlb> {
  const targetGroups = [
    { targetGroup: 'web', weight: 1 },
    { targetGroup: 'spare', weight: 0 },
  ];
  const known: RuleAction = { type: 'fixed-response', statusCode: 200, messageBody: 'known' };
  return await startTestAlb({
    rules: [
      rule(1, known, { conditions: [{ field: 'path-pattern', values: ['/known'] }] }),
      rule('default', { type: 'forward', targetGroups }),
    ],
    targetGroups: [unchecked('web'), unchecked('spare')],
  });
}

async function sendBehindKnown(client: RawClient, request: string): Promise<void> {
  client.send(`GET /known HTTP/1.1\r\nHost: a\r\n\r\n${request}`);
  await client.until((received) => received.endsWith('known'));
}

const register = async (alb: TestAlb, group: string, port: number) =>
  await alb.call('RegisterTargets', { TargetGroupArn: group, Targets: [{ Id: '127.0.0.1', Port: port }] });
const deregister = async (alb: TestAlb, group: string, port: number) =>
  await alb.call('DeregisterTargets', { TargetGroupArn: group, Targets: [{ Id: '127.0.0.1', Port: port }] });

test('sends a refused request without a body to another target when its own is deregistered meanwhile', async () => {
  await using other = await startTarget((request, response) => response.end(`other ${request.url}`));
  await using alb = await startAlb();
  await register(alb, 'web', NOBODY.port);
  await using client = await connectRaw(alb.port);
  await sendBehindKnown(client, 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n');
  await deregister(alb, 'web', NOBODY.port);
  await register(alb, 'web', other.port);
  expect(await client.until((received) => received.endsWith('other /x'))).toContain('HTTP/1.1 200 OK');
});

test('answers 502 to a refused request that has a body, though its target is deregistered meanwhile', async () => {
  await using other = await startTarget((request, response) => response.end(`other ${request.url}`));
  await using alb = await startAlb();
  await register(alb, 'web', NOBODY.port);
  await using client = await connectRaw(alb.port);
  await sendBehindKnown(
    client,
    'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhiGET /next HTTP/1.1\r\nHost: a\r\n\r\n',
  );
  await deregister(alb, 'web', NOBODY.port);
  await register(alb, 'web', other.port);
  const received = await client.until((text) => text.endsWith('other /next'));
  expect(received).toContain('HTTP/1.1 502 Bad Gateway');
});

test('does not turn to another target group when the chosen one refuses or is empty', async () => {
  await using spare = await startTarget((_, response) => response.end('spare'));
  await using alb = await startAlb();
  await register(alb, 'spare', spare.port);
  expect((await fetch(alb.url)).status).toBe(503);
  await register(alb, 'web', NOBODY.port);
  expect((await fetch(alb.url)).status).toBe(502);
});
