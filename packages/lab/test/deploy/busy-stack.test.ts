import { describe, expect, it } from 'vitest';

import { busyStackOf } from '../../src/deploy/cdk/busy-stack.ts';

const arn = 'arn:aws:cloudformation:us-east-1:111122223333:stack/Switchyard-Network/1a2b';

describe('busyStackOf', () => {
  it('finds the stack that somebody else is changing', () => {
    expect(busyStackOf(`Stack:${arn} is in UPDATE_IN_PROGRESS state and can not be updated.`)).toEqual({
      stack: 'Switchyard-Network',
      status: 'UPDATE_IN_PROGRESS',
    });
  });

  it.each([`Stack:${arn} is in DELETE_FAILED state and can not be updated.`, 'No room'])('leaves alone: %s', (text) => {
    expect(busyStackOf(text)).toBeUndefined();
  });
});
