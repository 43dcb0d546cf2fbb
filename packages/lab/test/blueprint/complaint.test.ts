import { describe, expect, test } from 'vitest';

import { complaintOf } from '../../src/blueprint/complaint.ts';

const root = '/home/me/switchyard';
const stack = `    at file://${root}/infra/src/main.ts:6:3\n    at ModuleJob.run (node:internal/modules/esm/module_job:561:25)`;

describe('what a Node process wrote of its error', () => {
  test('is the message, without source line, stack and version', () => {
    const text = `file://${root}/infra/src/config.ts:35\n    throw new Error('no');\n          ^\n\nError: no\n${stack}\n\nNode.js v24.0.0\n`;
    expect(complaintOf(text, root)).toEqual({ text: 'no', place: 'infra/src/config.ts:35' });
  });

  test('has every line of the message, also what looks a little like a stack', () => {
    const text = `x\n^\n\nError: first\nsecond\n  at least this\n${stack} {\n  [cause]: Error: because\n}\n\nNode.js v24.0.0\n`;
    expect(complaintOf(text, root)).toEqual({ text: 'first second at least this', place: 'infra/src/main.ts:6' });
  });

  test('begins after all of the source that is shown', () => {
    const text = `file://${root}/infra/src/config.ts:2\nconst x = ;\n          ^\nconst y = 1;\n\nSyntaxError [ERR_X]: Expression expected\n${stack}\n`;
    expect(complaintOf(text, root).text).toBe('SyntaxError: Expression expected');
  });

  test('is what the app itself said, where it ended in order', () => {
    const text = 'INFRA_SWITCH_INVALID: The switch "nat" cannot be "x": use none or one or per-zone.\n';
    expect(complaintOf(text, root)).toEqual({ text: text.trim() });
  });

  test('is a thrown string as it is', () => {
    const text =
      'node:internal/modules/run_main:107\n    triggerUncaughtException(\n    ^\nbanana\n(Use `node --trace-uncaught ...` to show where the exception was thrown)\n\nNode.js v24.0.0\n';
    expect(complaintOf(text, root)).toEqual({ text: 'banana' });
  });

  test('names files from the root, and no place in a dependency', () => {
    const text = `Error: ${root}/infra/src/x.ts is missing\n    at f (file://${root}/node_modules/a/b.js:1:1)\n${stack}\n`;
    expect(complaintOf(text, root)).toEqual({ text: 'infra/src/x.ts is missing', place: 'infra/src/main.ts:6' });
  });

  test('falls back on the last lines when there is no message', () => {
    const text = `${Array.from({ length: 9 }, (_, line) => `line ${line}`).join('\n')}\n    ^\n${stack}\n`;
    expect(complaintOf(text, root).text).toBe('line 4 line 5 line 6 line 7 line 8 ^');
  });

  test('is nothing when the process said nothing', () => {
    expect(complaintOf('', root)).toEqual({ text: '' });
  });

  test('is cut when it is endless', () => {
    expect(complaintOf('x'.repeat(10_000), root).text).toHaveLength(2000);
  });
});
