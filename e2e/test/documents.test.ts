import { glob, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { portSettings } from '@switchyard/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runCommand, workspaceRoot } from './support/lab-process.ts';
import { startEmbeddedLab } from './support/lab-under-test.ts';
import type { LabUnderTest } from './support/lab-under-test.ts';

async function filesOf(pattern: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(pattern, {
    cwd: workspaceRoot,
    exclude: (name) => name === 'node_modules' || name === 'cdk.out',
  }))
    files.push(file);
  return files.toSorted();
}

async function textOf(file: string): Promise<string> {
  return await readFile(join(workspaceRoot, file), 'utf8');
}

describe('links', () => {
  test('between documents lead to files that exist', async () => {
    const broken: string[] = [];
    for (const document of await filesOf('**/*.md')) {
      for (const [, target = ''] of (await textOf(document)).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const exists = await stat(join(workspaceRoot, dirname(document), target)).then(
          () => true,
          () => false,
        );
        if (!exists) broken.push(`${document}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });
});

interface FidelityRow {
  readonly behaviour: string;
  readonly status: string;
  readonly note: string;
}

async function fidelityRows(): Promise<FidelityRow[]> {
  return (await textOf('docs/fidelity.md'))
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (behaviour|---)/.test(line))
    .map((line) => {
      const [behaviour = '', status = '', note = ''] = line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim());
      return { behaviour, status, note };
    });
}

describe('docs/fidelity.md', () => {
  test('says of each behaviour whether it is imitated, different or absent', async () => {
    const rows = await fidelityRows();
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter(({ status }) => !['imitated', 'different', 'absent'].includes(status))).toEqual([]);
  });

  test('names for each imitated behaviour a test that exists', async () => {
    const files = (
      await Promise.all(
        ['packages/*/test/**/*.ts', 'apps/*/test/**/*.ts', 'infra/test/**/*.ts', 'e2e/test/**/*.ts'].map(filesOf),
      )
    ).flat();
    const sources = (await Promise.all(files.map(textOf))).join('\n').replaceAll(/\\(['"`])/g, '$1');
    const missing = (await fidelityRows())
      .filter(({ status }) => status === 'imitated')
      .flatMap(({ behaviour, note }) => {
        const titles = [...note.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title);
        if (titles.length === 0) return [`${behaviour}: no test named`];
        return titles.filter((title) => !sources.includes(title)).map((title) => `${behaviour}: ${title}`);
      });
    expect(missing).toEqual([]);
  });
});

describe('README.md', () => {
  let lab: LabUnderTest;
  beforeAll(async () => {
    lab = await startEmbeddedLab();
  });
  afterAll(async () => await lab[Symbol.asyncDispose]());

  test('names the ports, flags and variables that the lab has', async () => {
    const readme = await textOf('README.md');
    for (const { flag, variable, defaultPort } of Object.values(portSettings)) {
      expect(readme).toMatch(new RegExp(`^\\|.*127\\.0\\.0\\.1:${defaultPort}.*\`${flag}\`.*\`${variable}\``, 'm'));
    }
  });

  test('shows only curl commands that the lab answers', async () => {
    const commands = [...(await textOf('README.md')).matchAll(/^\| `(curl [^`]+)`/gm)].map(
      ([, command = '']) => command,
    );
    expect(commands.length).toBeGreaterThanOrEqual(8);
    for (const command of commands) {
      const local = command.replace('localhost:8080', new URL(lab.url).host).replace(/ jar/g, ' /dev/null');
      const { code, stdout } = await runCommand('bash', ['-c', `${local} -w '\\n%{http_code}'`]);
      const status = Number(stdout.slice(stdout.lastIndexOf('\n') + 1));
      expect({ code, command }).toEqual({ code: 0, command });
      expect(status, `${command}: ${stdout}`).toSatisfy(
        (each: number) => (each >= 200 && each < 400) || (each === 403 && command.includes('/internal/')),
      );
    }
  });
});
