import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const main = resolve(import.meta.dirname, '../src/main.ts');

describe('main', () => {
  it('synthesizes from any working directory, without credentials or a network', async () => {
    const outdir = await mkdtemp(join(tmpdir(), 'switchyard-'));
    await using _ = { [Symbol.asyncDispose]: () => rm(outdir, { recursive: true }) };
    await promisify(execFile)(process.execPath, [main], { cwd: tmpdir(), env: { CDK_OUTDIR: outdir } });
    const manifest = JSON.parse(await readFile(join(outdir, 'manifest.json'), 'utf8'));
    const stacks = Object.entries<{ type: string; environment: string }>(manifest.artifacts)
      .filter(([, { type }]) => type === 'aws:cloudformation:stack')
      .map(([name, { environment }]) => [name, environment]);
    expect(Object.fromEntries(stacks)).toEqual({
      'Switchyard-Network': 'aws://unknown-account/unknown-region',
      'Switchyard-Platform': 'aws://unknown-account/unknown-region',
      'Switchyard-Services': 'aws://unknown-account/unknown-region',
      'Switchyard-Observability': 'aws://unknown-account/unknown-region',
    });
  });

  it('says what is wrong with a switch in one line and exits with 1', async () => {
    const env = { CDK_OUTDIR: tmpdir(), CDK_CONTEXT_JSON: '{"nat":"two"}' };
    const failure = promisify(execFile)(process.execPath, [main], { cwd: tmpdir(), env });
    await expect(failure).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'INFRA_SWITCH_INVALID: The switch "nat" cannot be "two": use none or one or per-zone.\n',
    });
  });
});
