import { describe, expect, it } from 'vitest';

import { checkStacks, isStanding } from '../../src/deploy/preflight/stacks.ts';
import type { ExistingStack } from '../../src/deploy/stacks.ts';

const target = { region: 'eu-west-1', profile: 'lab' };
const wanted = ['Switchyard-Network', 'Switchyard-Platform'];
const stack = (status: string, reason = '', name = 'Switchyard-Network'): ExistingStack => ({
  name,
  status,
  reason,
  createdAt: new Date(0),
  exports: [],
  tags: {},
});

describe('checkStacks', () => {
  it.each([
    [[], 'none of the 2 is there yet'],
    [[stack('CREATE_COMPLETE')], '1 of the 2 is there already'],
    [
      [stack('UPDATE_ROLLBACK_COMPLETE'), stack('UPDATE_COMPLETE', '', 'Switchyard-Platform')],
      'all 2 are there already, so this is an update',
    ],
    [[stack('REVIEW_IN_PROGRESS')], 'none of the 2 is there yet'],
    [[stack('UPDATE_IN_PROGRESS', '', 'Switchyard-Elsewhere')], 'none of the 2 is there yet'],
  ])('lets through what CloudFormation takes: %j', (existing, sentence) => {
    expect(checkStacks(target, existing, wanted)).toEqual([{ name: 'stacks', state: 'ok', sentence }]);
  });

  it.each([
    [
      stack('UPDATE_IN_PROGRESS'),
      /^Switchyard-Network is in UPDATE_IN_PROGRESS, as another deployment is under way or an interrupted one goes on: wait until "aws cloudformation describe-stacks --stack-name Switchyard-Network --region eu-west-1 --profile lab" says that it is complete, then run this again\.$/,
    ],
    [stack('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'), /is in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS.*: wait until/],
    [stack('ROLLBACK_IN_PROGRESS'), /is in ROLLBACK_IN_PROGRESS.*: wait until/],
    [stack('DELETE_IN_PROGRESS'), /is being deleted: wait until it is gone, then run this again\.$/],
    [
      stack('DELETE_FAILED', 'Export is in use by Mine.'),
      /^Switchyard-Network could not be deleted \(Export is in use by Mine\): take away what is left with "pnpm run destroy" first\.$/,
    ],
    [
      stack('UPDATE_ROLLBACK_FAILED', 'No room'),
      /could not go back to what it was \(No room\): mend that, run "aws cloudformation continue-update-rollback/,
    ],
    [stack('CREATE_FAILED'), /stopped halfway, as somebody had switched its rollback off: run "aws .* rollback-stack/],
    [stack('UPDATE_FAILED'), /run "aws cloudformation rollback-stack --stack-name Switchyard-Network /],
    [stack('IMPORT_ROLLBACK_FAILED'), /is in IMPORT_ROLLBACK_FAILED, in which CloudFormation changes nothing/],
  ])('says what to do about %j', (existing, expected) => {
    expect(checkStacks(target, [existing], wanted)).toEqual([
      { name: 'stacks', state: 'failure', sentence: expect.stringMatching(expected) },
    ]);
  });

  it.each(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'])('goes on after %s, which the CDK deletes first', (status) => {
    expect(checkStacks(target, [stack(status)], wanted)).toEqual([
      {
        name: 'stacks',
        state: 'warning',
        sentence:
          'Switchyard-Network could not be created the last time: what is left of it is deleted first, then it is made anew.',
      },
    ]);
  });

  it('says everything at once', () => {
    const existing = [stack('UPDATE_IN_PROGRESS'), stack('DELETE_FAILED', '', 'Switchyard-Platform')];
    expect(checkStacks(target, existing, wanted)).toHaveLength(2);
  });
});

describe('isStanding', () => {
  it.each([
    ['CREATE_COMPLETE', true],
    ['UPDATE_ROLLBACK_COMPLETE', true],
    ['UPDATE_IN_PROGRESS', true],
    ['REVIEW_IN_PROGRESS', false],
    ['ROLLBACK_COMPLETE', false],
    ['CREATE_FAILED', false],
    ['DELETE_FAILED', false],
  ])('%s → %s', (status, expected) => {
    expect(isStanding(stack(status))).toBe(expected);
  });
});
