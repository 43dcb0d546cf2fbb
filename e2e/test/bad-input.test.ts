import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeAll, afterAll, describe, expect, test } from 'vitest';

import { runCommand, runLab } from './support/lab-process.ts';

const freePorts = {
  SWITCHYARD_PORT: '0',
  SWITCHYARD_HTTPS_PORT: '0',
  SWITCHYARD_ENDPOINT_PORT: '0',
  SWITCHYARD_DNS_PORT: '0',
};

/** What bad input gets: exit code 1, nothing on standard output, no stack trace, and a sentence. */
function expectSentence(
  { code, stdout, stderr }: { code: number | null; stdout: string; stderr: string },
  sentence: RegExp,
): void {
  expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/^\s+at /m);
}

describe('a taken port', () => {
  test.each([
    ['SWITCHYARD_PORT', '--port', 'the load balancer'],
    ['SWITCHYARD_ENDPOINT_PORT', '--endpoint-port', 'the AWS API endpoint'],
    ['SWITCHYARD_DNS_PORT', '--dns-port', "Cloud Map's DNS"],
  ])('%s: says which, what it is for, and both ways to choose another', async (variable, flag, what) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    try {
      const result = await runLab(['up'], { ...freePorts, [variable]: String(port) });
      expectSentence(result, new RegExp(`^Port ${port}, for ${what}.*, is taken: .*${flag} or ${variable}\\.$`, 'm'));
    } finally {
      holder.close();
    }
  });
});

describe('an assembly', () => {
  let good: string;
  beforeAll(async () => {
    good = await mkdtemp(join(tmpdir(), 'switchyard-assembly-'));
    const { code, stderr } = await runCommand(process.execPath, ['infra/src/main.ts'], { CDK_OUTDIR: good });
    if (code !== 0) throw new Error(stderr);
  });
  afterAll(async () => await rm(good, { recursive: true, force: true }));

  /** A copy of the synthesized assembly with each template changed as text. */
  async function changed(change: (template: string) => string) {
    const path = await mkdtemp(join(tmpdir(), 'switchyard-assembly-'));
    await cp(good, path, { recursive: true });
    let changes = 0;
    for (const name of await readdir(path)) {
      if (!name.endsWith('.template.json')) continue;
      const before = await readFile(join(path, name), 'utf8');
      const after = change(before);
      if (after !== before) changes++;
      await writeFile(join(path, name), after);
    }
    expect(changes).toBeGreaterThan(0);
    return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) };
  }

  test('that does not exist is named, with how to make one', async () => {
    expectSentence(
      await runLab(['up', '--assembly', '/nowhere'], freePorts),
      /no cloud assembly in \/nowhere: "pnpm synth"/,
    );
  });

  test('whose template is damaged is named by its file', async () => {
    await using assembly = await changed((template) => template.slice(0, template.length / 2));
    expectSentence(await runLab(['up', '--assembly', assembly.path], freePorts), /Switchyard-\w+\.template\.json/);
  });

  test('with an action that no load balancer knows names the rule', async () => {
    await using assembly = await changed((template) =>
      template.replace('"Type": "fixed-response"', '"Type": "teleport"'),
    );
    expectSentence(await runLab(['up', '--assembly', assembly.path], freePorts), /teleport/);
  });

  test('with a service whose image has no TARGET names the service', async () => {
    const path = await mkdtemp(join(tmpdir(), 'switchyard-assembly-'));
    await cp(good, path, { recursive: true });
    const file = join(path, 'Switchyard-Services.assets.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"TARGET": "apps/api"', '"OTHER": "apps/api"'));
    expectSentence(await runLab(['up', '--assembly', path], freePorts), /api.*TARGET|TARGET.*api/);
    await rm(path, { recursive: true, force: true });
  });

  test('with a service that exits at start is stopped by the circuit breaker, with exit code and last log lines', async () => {
    await using assembly = await changed((template) =>
      template.replace(/("Name": "PORT",\s+"Value": )"3000"/, '$1"no port"'),
    );
    const { code, stderr } = await runLab(['up', '--assembly', assembly.path, '--log', 'none'], freePorts);
    expect(code).toBe(1);
    expect(stderr).toMatch(/exit code 1/);
    expect(stderr).toMatch(/PORT/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('a command', () => {
  test.each([
    [['status'], /Nothing answers at http:\/\/127\.0\.0\.1:9: start the lab with "npx pnpm start"/],
    [['scale', 'api', 'many'], /"many" is not a number of tasks/],
    [['explain', 'GET', 'nonsense'], /"nonsense" is neither a URL nor a path/],
    [['stop-task', 'abc'], /Nothing answers/],
  ])('%j answers in one sentence when it cannot do as asked', async (args, sentence) => {
    expectSentence(await runLab(args, { SWITCHYARD_ENDPOINT_URL: 'http://127.0.0.1:9' }), sentence);
  });

  test.each(['nonsense', 'ftp://127.0.0.1:21', '127.0.0.1:4566'])('refuses %j as the endpoint', async (url) => {
    expectSentence(
      await runLab(['status', '--endpoint-url', url]),
      /is not the URL of an AWS API endpoint: give one such as/,
    );
  });

  test.each([['up'], ['status'], ['explain'], ['scale'], ['stop-task'], ['check'], ['synth']])(
    '%s has help',
    async (verb) => {
      const { code, stdout } = await runLab([verb, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: lab ${verb}`);
    },
  );

  test('that does not exist is refused, with where to look', async () => {
    const { code, stderr } = await runLab(['fly']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/unknown command 'fly'/);
  });

  test('is told apart from its output: nothing of an error goes to standard output', async () => {
    const { stdout } = await runLab(['up', '--log', 'everything'], freePorts);
    expect(stdout).toBe('');
  });
});
