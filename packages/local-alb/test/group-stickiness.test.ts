import { expect, test } from 'vitest';
import { rule, startTestAlb, targetGroup } from './fixture.ts';
import { named, startTime, visit } from './visits.ts';

/** Which of several target groups takes a request. */

test('keeps a client with its target group when the rule says so, and logs a cookie that does not hold', async () => {
  await using blue = await named('blue');
  await using green = await named('green');
  const targetGroups = ['blue', 'green'].map((name) => ({ targetGroup: name, weight: 1 }));
  await using alb = await startTestAlb({
    rules: [rule('default', { type: 'forward', targetGroups, stickinessDurationSeconds: 60 })],
    targetGroups: [targetGroup('blue'), targetGroup('green')],
  });
  await alb.addTarget('blue', blue);
  await alb.addTarget('green', green);
  const first = await visit(alb.url);
  expect(first.setCookies.map((cookie) => cookie.split('=')[0])).toEqual(['AWSALBTG', 'AWSALBTGCORS']);
  for (let i = 0; i < 8; i++) expect((await visit(alb.url, first.cookie)).body).toBe(first.body);
  await visit(alb.url, 'AWSALBTG=rubbish');
  expect(
    alb.events.some((event) => event.kind === 'request' && event.record.errorReason === 'AWSALBTGCookieInvalid'),
  ).toBe(true);
});

test('sends a share of the requests to each target group by weight, and none to weight 0', async () => {
  await using blue = await named('blue');
  await using green = await named('green');
  const targetGroups = [
    { targetGroup: 'blue', weight: 0 },
    { targetGroup: 'green', weight: 7 },
  ];
  await using alb = await startTestAlb({
    rules: [rule('default', { type: 'forward', targetGroups })],
    targetGroups: [targetGroup('blue'), targetGroup('green')],
  });
  await alb.addTarget('blue', blue);
  await alb.addTarget('green', green);
  for (let i = 0; i < 10; i++) expect((await visit(alb.url)).body).toBe('green');
});

test('holds a client in its target group for the duration that the rule says, anew with every response', async () => {
  using time = startTime();
  await using blue = await named('blue');
  await using green = await named('green');
  const targetGroups = ['blue', 'green'].map((name) => ({ targetGroup: name, weight: 1 }));
  await using alb = await startTestAlb({
    rules: [rule('default', { type: 'forward', targetGroups, stickinessDurationSeconds: 60 })],
    targetGroups: [targetGroup('blue'), targetGroup('green')],
  });
  await alb.addTarget('blue', blue);
  await alb.addTarget('green', green);
  const first = await visit(alb.url);
  time.advance(50);
  const second = await visit(alb.url, first.cookie);
  expect(second.body).toBe(first.body);
  time.advance(50);
  expect((await visit(alb.url, second.cookie)).body).toBe(first.body);
  expect(alb.events.filter((event) => event.kind === 'request' && event.record.errorReason !== undefined)).toEqual([]);
  await visit(alb.url, first.cookie);
  const invalid = alb.events.filter((event) => event.kind === 'request' && event.record.errorReason !== undefined);
  expect(invalid).toMatchObject([{ record: { errorReason: 'AWSALBTGCookieInvalid' } }]);
});
