import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('what `lab up` loads before it starts tasks leaves Node’s own copy of undici out', () => {
  const startLab = fileURLToPath(new URL('../../src/embedded/start-lab.ts', import.meta.url));
  const program = `await import(${JSON.stringify(startLab)});
    console.log(process.moduleLoadList.filter((name) => name.includes('deps/undici')).join());`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toBe('\n');
});
