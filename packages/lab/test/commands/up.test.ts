import { describe, expect, test } from 'vitest';

import { up } from '../../src/commands/up.ts';
import { recordingContext } from '../support/recording-context.ts';

describe('lab up', () => {
  test.each([
    [{ log: 'everything' }, 'LAB_CHOICE_INVALID', '--log is "everything", but it takes all, events, none.'],
    [{ log: 'none', networkModes: true, assembly: 'cdk.out' }, 'LAB_FLAGS_EXCLUDE', 'leave one of them out.'],
    [{ log: 'none', port: '80000' }, 'LAB_PORT_INVALID', 'a whole number from 0 to 65535.'],
  ])('refuses %j in one sentence, before it starts anything', async (options, code, message) => {
    const context = recordingContext();
    await expect(up(options, context)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(context.noted).toEqual([]);
  });
});
