import { expect, test } from 'vitest';

import { runCommand } from '../support/lab-process.ts';

/** The pnpm that runs these tests. */
const pnpm = process.env['npm_execpath'] ?? 'pnpm';

/** pnpm has a command `deploy` of its own, which steps back for the root's script. */
test.each([
  ['pnpm run deploy', ['run', 'deploy', '--nat', 'sometimes']],
  ['pnpm deploy', ['deploy', '--', '--nat', 'sometimes']],
])('%s hands its switches to the lab', async (_title, args) => {
  const { code, stderr } = await runCommand(pnpm, args);
  expect(stderr).toContain('nat');
  expect(stderr).toContain('sometimes');
  expect(code).toBe(1);
});
