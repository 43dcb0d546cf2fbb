import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { synthesize } from '../../src/blueprint/synthesize.ts';
import { ownStackNames, ownTag } from '../../src/deploy/own-stacks.ts';

// The CDK app in a process of its own, on whatever the machine has to spare.
it(
  'knows every stack that the CDK app makes with every switch, and the tag that each carries',
  { timeout: 120_000 },
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'switchyard-own-stacks-'));
    try {
      await synthesize(directory, {
        ...process.env,
        CDK_CONTEXT_JSON: JSON.stringify({ networkModes: 'true', reachability: 'true' }),
      });

      const { artifacts } = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as {
        readonly artifacts: Readonly<
          Record<string, { readonly type: string; readonly properties?: { readonly tags?: object } }>
        >;
      };
      const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
      expect(stacks.map(([name]) => name).toSorted()).toEqual(ownStackNames.toSorted());
      for (const [name, { properties }] of stacks)
        expect(properties?.tags, name).toMatchObject({ [ownTag.key]: ownTag.value });
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
);
