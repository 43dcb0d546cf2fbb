import { expect, test } from 'vitest';
import { startContainerProcess } from '../../src/effects/container-process.ts';
import type { ContainerProcess } from '../../src/effects/container-process.ts';

function start(script: string): { lines: string[]; process: ContainerProcess } {
  const lines: string[] = [];
  const container = startContainerProcess({
    program: process.execPath,
    arguments: ['-e', script],
    directory: '/',
    environment: { ONLY: 'this' },
    onLine: (stream, line) => lines.push(`${stream} ${line}`),
    onReport: () => {},
  });
  return { lines, process: container };
}

test('tells lines as they end, the last one without its end, and the exit code', async () => {
  const { lines, process } = start(
    'process.stdout.write("one\\ntwo"); process.stderr.write("bad\\n"); process.exitCode = 7',
  );
  expect(await process.exited).toBe(7);
  expect(lines).toContain('stdout one');
  expect(lines).toContain('stdout two');
  expect(lines).toContain('stderr bad');
});

test('inherits nothing but the given environment', async () => {
  const { lines, process } = start('console.log(Object.keys(process.env).join())');
  await process.exited;
  expect(lines).toEqual(['stdout ONLY']);
});

test('cuts a long line into several, with or without its end', async () => {
  const { lines, process } = start('process.stdout.write("x".repeat(40000) + "\\n" + "y".repeat(40000))');
  await process.exited;
  expect(lines.map((line) => [line.at(7), line.length - 7])).toEqual([
    ['x', 16_384],
    ['x', 16_384],
    ['x', 7232],
    ['y', 16_384],
    ['y', 16_384],
    ['y', 7232],
  ]);
});

test('a signal’s exit code is 128 and its number, as Docker has it', async () => {
  const { process } = start('setInterval(() => {}, 1000)');
  process.signal('SIGKILL');
  expect(await process.exited).toBe(137);
  process.signal('SIGTERM');
});

test('a program that cannot be started ends with 127 and says why', async () => {
  const lines: string[] = [];
  const container = startContainerProcess({
    program: '/nowhere/node',
    arguments: [],
    directory: '/',
    environment: {},
    onLine: (_, line) => lines.push(line),
    onReport: () => {},
  });
  expect(await container.exited).toBe(127);
  expect(lines).toEqual(['spawn /nowhere/node ENOENT']);
});
