import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from 'vitest';

import type { ManifestStack, SynthesizedApp } from './lab-account.ts';
import type { RecordedAccount } from './recorded-aws/account.ts';

/** Every stack of the manifest once, and of each pair the first before the second. */
export function expectBefore(
  app: SynthesizedApp,
  order: readonly string[],
  pairsOf: (stack: ManifestStack) => readonly (readonly string[])[],
): void {
  expect(order.toSorted()).toEqual(app.stacks.map(({ name }) => name).toSorted());
  for (const [before = '', after = ''] of app.stacks.flatMap(pairsOf)) {
    expect(order.indexOf(before), `${before} before ${after} in ${order.join(', ')}`).toBeLessThan(
      order.indexOf(after),
    );
  }
}

/** What CloudFormation got is what was synthesized, under the hash of its bytes; every other file asset is uploaded, too. */
export async function expectTemplates(app: SynthesizedApp, { stacks, objects }: RecordedAccount): Promise<void> {
  for (const { name } of app.stacks) {
    const stack = stacks.get(name);
    const synthesized = await readFile(join(app.directory, `${name}.template.json`), 'utf8');
    expect(stack?.template).toBe(synthesized);
    expect(stack?.templateObject).toBe(
      `cdk-hnb659fds-assets-111122223333-us-east-1/${createHash('sha256').update(synthesized).digest('hex')}.json`,
    );
    expect(stack?.parameters).toEqual({});
  }
  for (const { name } of app.stacks) {
    const { files } = JSON.parse(await readFile(join(app.directory, `${name}.assets.json`), 'utf8')) as {
      readonly files: Readonly<
        Record<string, { readonly destinations: Readonly<Record<string, { readonly objectKey: string }>> }>
      >;
    };
    const keys = Object.values(files).flatMap(({ destinations }) =>
      Object.values(destinations).map(({ objectKey }) => objectKey),
    );
    expect([...objects.keys()]).toEqual(
      expect.arrayContaining(keys.map((key) => `cdk-hnb659fds-assets-111122223333-us-east-1/${key}`)),
    );
  }
}

/** Each service's image is built from the one Dockerfile, for its package, and pushed once. */
export function expectImages(calls: readonly string[][]): void {
  const built = calls.filter(([verb]) => verb === 'build').map((args) => args[args.indexOf('--build-arg') + 1]);
  expect(new Set(built)).toEqual(new Set(['TARGET=apps/api', 'TARGET=apps/frontend', 'TARGET=apps/worker']));
  const pushed = calls.filter(([verb]) => verb === 'push').map(([, image = '']) => image.split(':')[0]);
  expect(pushed).toEqual(
    built.map(
      () => '111122223333.dkr.ecr.us-east-1.amazonaws.com/cdk-hnb659fds-container-assets-111122223333-us-east-1',
    ),
  );
}
