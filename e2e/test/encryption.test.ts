import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runCommand, runLab, startLabProcess, workspaceRoot } from './support/lab-process.ts';
import type { LabProcess } from './support/lab-process.ts';
import { curl } from './support/lab-under-test.ts';

describe('the lab with encryption in transit', () => {
  let directory: string;
  let lab: LabProcess;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'switchyard-encryption-'));
    const { code, stderr } = await runCommand(process.execPath, [join(workspaceRoot, 'infra/src/main.ts')], {
      CDK_CONTEXT_JSON: JSON.stringify({ targetTls: 'true', serviceConnectTls: 'true' }),
      CDK_OUTDIR: directory,
    });
    if (code !== 0) throw new Error(`The CDK app ended with ${code}:\n${stderr}`);
    const ports = ['--port', '0', '--https-port', '0', '--endpoint-port', '0', '--dns-port', '0'];
    lab = await startLabProcess(['--assembly', directory, ...ports]);
  });
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  test('answers through targets that speak HTTPS on a port of their own', async () => {
    const answered = lab.nextEvent(({ kind, url }) => kind === 'request' && String(url).endsWith('/api/whoami'));
    expect((await curl(`${lab.ready.urls.http}/api/whoami`)).status).toBe(200);
    expect((await answered)['target']).toMatch(/^127\.\d+\.\d+\.\d+:3002$/);
    const checked = lab.events.filter(({ kind }) => kind === 'target-health').map(({ target }) => String(target));
    expect(checked.filter((target) => !target.endsWith(':3002'))).toEqual([]);
  });

  test('keeps all its promises, the calls between services included', async () => {
    const { code, stdout } = await runLab(['check', '--url', lab.ready.urls.http]);
    expect({ code, broken: stdout.split('\n').filter((line) => line.startsWith('✗')) }).toEqual({
      code: 0,
      broken: [],
    });
  });

  test('says in one line for each service that it does without Service Connect TLS', () => {
    const warnings = lab
      .errors()
      .split('\n')
      .filter((line) => line.startsWith('warning: '));
    expect(warnings).toEqual(
      ['api', 'frontend', 'worker'].map((name) =>
        expect.stringContaining(`encrypts ${name} with Service Connect TLS, which the local run does without.`),
      ),
    );
  });
});
