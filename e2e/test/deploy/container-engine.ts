import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface RecordedEngine extends AsyncDisposable {
  /** For `CDK_DOCKER`. */
  readonly command: string;
  /** The argument lists that it was called with, in order. */
  readonly calls: () => Promise<string[][]>;
}

const engine = fileURLToPath(new URL('recorded-aws/docker.ts', import.meta.url));

/** A container engine that builds and pushes nothing and writes down what it was told. */
export async function recordedEngine(): Promise<RecordedEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-engine-'));
  const log = join(directory, 'calls.jsonl');
  const command = join(directory, 'docker');
  await writeFile(log, '');
  await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${engine}" "${log}" "$@"\n`);
  await chmod(command, 0o755);
  return {
    command,
    calls: async () => {
      const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as string[]);
    },
    [Symbol.asyncDispose]: async () => await rm(directory, { recursive: true, force: true }),
  };
}
