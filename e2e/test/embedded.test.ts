import { afterAll, beforeAll, describe } from 'vitest';

import { labPromises } from './support/lab-promises.ts';
import { startEmbeddedLab } from './support/lab-under-test.ts';
import type { LabUnderTest } from './support/lab-under-test.ts';

describe('the embedded lab', () => {
  let lab: LabUnderTest;
  beforeAll(async () => {
    lab = await startEmbeddedLab();
  });
  afterAll(async () => await lab[Symbol.asyncDispose]());

  labPromises(() => lab);
});
