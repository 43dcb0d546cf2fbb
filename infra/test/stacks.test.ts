import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../src/app.ts';
import { repositoryRoot } from './synthesis.ts';

function stacksWith(context: Readonly<Record<string, unknown>>): Stack[] {
  const { app } = buildApp({ repositoryRoot, context });
  return app.node.children.filter((child) => Stack.isStack(child));
}

describe('the stacks', () => {
  it('are four by default, in the order of their life cycles', () => {
    expect(stacksWith({}).map(({ stackName }) => stackName)).toEqual([
      'Switchyard-Network',
      'Switchyard-Platform',
      'Switchyard-Services',
      'Switchyard-Observability',
    ]);
  });

  it('depend on those that change less often, never the other way round', () => {
    const order = stacksWith({ reachability: true, networkModes: true });
    for (const [index, stack] of order.entries()) {
      for (const needed of stack.dependencies) expect(order.indexOf(needed), stack.stackName).toBeLessThan(index);
    }
  });

  it('import nothing that changes with every deployment: CloudFormation changes no export that is in use', () => {
    const all = stacksWith({ reachability: true, networkModes: true }).map((stack) =>
      JSON.stringify(Template.fromStack(stack).toJSON()),
    );
    const imports = all.flatMap((text) => [...text.matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name));
    expect(imports.length).toBeGreaterThan(10);
    expect(imports.filter((name) => name?.includes('TaskDefinition'))).toEqual([]);
  });

  it('are all in the table of the architecture page', () => {
    const page = readFileSync(join(repositoryRoot, 'docs/architecture.md'), 'utf8');
    const named = [...page.matchAll(/^\| `(Switchyard-\w+)`/gm)].map(([, stack]) => stack);
    const all = stacksWith({ reachability: true, networkModes: true }).map(({ stackName }) => stackName);
    expect(new Set(named)).toEqual(new Set(all));
  });
});
