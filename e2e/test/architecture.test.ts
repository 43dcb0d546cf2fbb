import { glob, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { switchDescriptions } from '@switchyard/infra/src/switches.ts';
import { describe, expect, test } from 'vitest';

import { runLab, workspaceRoot } from './support/lab-process.ts';

const document = 'docs/architecture.md';

/** What the course is about; each has a row. */
const items = [
  /awsvpc mode/,
  /bridge mode/,
  /host mode/,
  /Cloud Map: DNS discovery/,
  /Cloud Map: registration and deregistration/,
  /Service Connect/,
  /Load Balancer: path-based routing/,
  /Load Balancer: advanced routing/,
  /target groups and health checks/,
  /sticky sessions/,
  /TLS termination/,
  /Network Load Balancer/,
  /Classic Load Balancer/,
  /VPC over several zones/,
  /public and private subnets, internet gateway/,
  /NAT gateways/,
  /Fargate cluster/,
  /scaling/,
  /security groups/,
  /network ACLs/,
  /VPC endpoints/,
  /network segmentation/,
  /encryption in transit/,
  /CloudWatch metrics of the infrastructure/,
  /CloudWatch metrics of the application/,
  /logs/,
  /VPC flow logs/,
  /troubleshooting of connectivity/,
  /set-up/,
  /clean-up/,
];

interface Row {
  readonly what: string;
  readonly construct: string;
  readonly shownBy: string;
  readonly inTheLab: string;
  readonly onAws: string;
}

async function textOf(file: string): Promise<string> {
  return await readFile(join(workspaceRoot, file), 'utf8');
}

/** The rows of the last table. */
async function rows(): Promise<Row[]> {
  const text = await textOf(document);
  const table = text.slice(text.lastIndexOf('| what |'));
  const [, , ...lines] = table.split('\n').filter((line) => line.startsWith('| '));
  return lines.map((line) => {
    const [what = '', construct = '', shownBy = '', inTheLab = '', onAws = '', ...rest] = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    expect(rest, line).toEqual([]);
    return { what, construct, shownBy, inTheLab, onAws };
  });
}

async function filesOf(...patterns: string[]): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(patterns, { cwd: workspaceRoot, exclude: (name) => name === 'node_modules' })) {
    files.push(file);
  }
  return files;
}

/** `'a title'`, "a title" or `a title` in a source: with what stands around it, so that no half of a title counts. */
function hasTitle(sources: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => sources.includes(`(${quote}${title}${quote}`));
}

describe('docs/architecture.md', () => {
  test('has a row for everything that the course is about, and each says where to see it', async () => {
    const all = await rows();
    expect(items.filter((item) => !all.some(({ what }) => item.test(what)))).toEqual([]);
    for (const row of all) expect(Object.values(row).filter((cell) => cell === '')).toEqual([]);
  });

  test('names a file of the CDK app for each, and only files that exist', async () => {
    for (const { what, construct } of await rows()) {
      const files = [...construct.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, file = '']) => file);
      expect(files.filter((file) => file.startsWith('infra/src/')).length, what).toBeGreaterThan(0);
      for (const file of files) expect((await stat(join(workspaceRoot, file))).isFile(), file).toBe(true);
    }
  });

  test('names a test for each, by a title that a test has', async () => {
    const files = await filesOf(
      'packages/*/test/**/*.ts',
      'apps/*/test/**/*.ts',
      'infra/test/**/*.ts',
      'e2e/test/**/*.ts',
    );
    const sources = (await Promise.all(files.map(textOf))).join('\n').replaceAll(/\(\s+(?=['"`])/g, '(');
    for (const { what, shownBy } of await rows()) {
      const titles = [...shownBy.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title);
      expect(titles.length, what).toBeGreaterThan(0);
      expect(
        titles.filter((title) => !hasTitle(sources, title)),
        what,
      ).toEqual([]);
    }
  });

  test.each([document, 'docs/operations.md'])('shows only switches and verbs that there are: %s', async (file) => {
    const text = await textOf(file);
    const switches = new Set(Object.keys(switchDescriptions));
    const set = [...text.matchAll(/-c (\w+)=/g)].map(([, name = '']) => name);
    expect(set.filter((name) => !switches.has(name))).toEqual([]);
    const help = (await runLab(['--help'])).stdout;
    const verbs = [...text.matchAll(/npx pnpm lab ([a-z-]+)/g)].map(([, verb = '']) => verb);
    expect(verbs.length).toBeGreaterThan(0);
    expect(verbs.filter((verb) => !new RegExp(`^  ${verb}\\b`, 'm').test(help))).toEqual([]);
    const deploy = (await runLab(['deploy', '--help'])).stdout;
    const flags = [...text.matchAll(/`(--[a-z-]+)[^`]*`/g)].map(([, flag = '']) => flag);
    expect(flags.filter((flag) => !deploy.includes(`${flag} `))).toEqual([]);
  });
});
