import { expect, test } from 'vitest';

import { beginLab } from '../support/lab-command.ts';
import { workspaceCopy } from '../support/workspace-copy.ts';

const config = 'infra/src/config.ts';

test.each([
  [
    'two rules of one priority',
    (text: string) => text.replace('priority: 20', 'priority: 10'),
    'infra/src/constructs/path-router.ts',
    'Two rules have the priority 10: give one of them another number.',
  ],
  [
    'a priority that no rule can have',
    (text: string) => text.replace('priority: 10,', 'priority: 0,'),
    'infra/src/constructs/path-router.ts',
    '«PriorityValueGreaterEqual» Priority must have value greater than or equal to 1',
  ],
  [
    'an address block that is none',
    (text: string) => text.replace(/cidrBlock: '[^']*'/, "cidrBlock: 'banana'"),
    'infra/src/constructs/tiered-vpc.ts',
    '«InvalidIpAddress» banana is not valid',
  ],
  [
    'a syntax error',
    (text: string) => `const x = ;\n${text}`,
    'infra/src/config.ts',
    'SyntaxError: Expression expected',
  ],
])(
  'lab synth tells %s in the words of the CDK app, and where, without a stack trace',
  async (_, change, file, sentence) => {
    await using copy = await workspaceCopy();
    await copy.change(config, change);
    await using command = beginLab(copy.root, ['synth']);
    const { code, stdout, stderr } = await command.ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.replace(/:\d+\)/, ')')).toBe(`The CDK app did not synthesize (${file}): ${sentence}\n`);
  },
  120_000,
);
