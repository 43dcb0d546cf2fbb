import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Every property test with one new seed after the other, until the minutes are over or one of them fails. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const [minutes = '10', ...more] = process.argv.slice(2);
const budgetMs = Number(minutes) * 60_000;
if (!(budgetMs > 0) || more.length > 0) {
  console.error('Usage: pnpm fuzz [MINUTES], for example pnpm fuzz 30.');
  process.exit(1);
}
const files = globSync('packages/*/test/**/*.test.ts', { cwd: root, exclude: ['**/node_modules'] });
const properties = files.filter((file) => readFileSync(path.join(root, file), 'utf8').includes("from 'fast-check'"));
const byPackage = Map.groupBy(properties, (file) => file.split('/').slice(0, 2).join('/'));

const until = Date.now() + budgetMs;
let rounds = 0;
while (Date.now() < until && process.exitCode === undefined) {
  const seed = randomInt(2 ** 31);
  for (const [folder, tests] of byPackage) {
    const local = tests.map((file) => path.relative(folder, file));
    const { status, stdout, stderr } = spawnSync('pnpm', ['exec', 'vitest', 'run', ...local], {
      cwd: path.join(root, folder),
      env: { ...process.env, FUZZ_SEED: String(seed) },
      encoding: 'utf8',
    });
    if (status === 0) continue;
    console.error(`${stdout}${stderr}\n${folder} failed with FUZZ_SEED=${seed}.`);
    process.exitCode = 1;
  }
  rounds += 1;
  console.log(`round ${rounds}: seed ${seed}, ${properties.length} files`);
}
