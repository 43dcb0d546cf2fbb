import { describe, expect, it } from 'vitest';

import { confirmed } from '../../src/deploy/confirm.ts';

const what = { noun: 'deployment', participle: 'created', question: 'Deploy?' };
const { signal } = new AbortController();

describe('confirmed', () => {
  it.each(['y', 'Y', 'yes', ' yes '])('goes on after %j', async (answer) => {
    await expect(confirmed(async () => answer, what, signal)).resolves.toBeUndefined();
  });

  it.each(['', 'n', 'no', 'yep', 'maybe'])('stops after %j', async (answer) => {
    await expect(confirmed(async () => answer, what, signal)).rejects.toMatchObject({
      code: 'LAB_NOT_CONFIRMED',
      message: 'Nothing was created.',
    });
  });

  it('says what to add where nobody can answer', async () => {
    await expect(confirmed(undefined, what, signal)).rejects.toMatchObject({
      code: 'LAB_CONFIRMATION_IMPOSSIBLE',
      message: expect.stringContaining('--yes'),
    });
  });
});
