import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Every figure that the documents state, one benchmark after the other: they must not share the machine. */
const benchmarks: Readonly<Record<string, string>> = {
  start: './start.ts',
  'load-balancer': '../../packages/local-alb/bench/main.ts',
  discovery: '../../packages/shared/bench/discovery.ts',
  'service-connect': '../../packages/local-service-connect/bench/main.ts',
  compose: './compose.ts',
};

const flags = process.argv.slice(2).filter((each) => each.startsWith('--'));
const wanted = process.argv.slice(2).filter((each) => !each.startsWith('--'));
const unknown = wanted.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}.`);
  process.exit(1);
}
for (const [name, file] of Object.entries(benchmarks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const command = [fileURLToPath(new URL(file, import.meta.url)), ...flags];
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
