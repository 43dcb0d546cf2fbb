import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlueprintError } from '../src/errors.ts';
import { isRecord } from '../src/json.ts';
import { blueprintOf } from '../src/blueprint-of.ts';
import { listenerResources, notFound, serviceResources } from './resources/support.ts';
import { assemblyOf, type Template } from './support.ts';

const path = { Field: 'path-pattern', PathPatternConfig: { Values: ['/a'] } };
const template = {
  Parameters: { Name: { Type: 'String', Default: 'lab' } },
  Conditions: { Always: { 'Fn::Equals': [{ Ref: 'Name' }, 'lab'] } },
  Resources: {
    ...listenerResources({}, [{ Conditions: [path], Actions: [notFound] }]),
    ...serviceResources({
      service: { ServiceConnectConfiguration: { Enabled: true, Namespace: 'mesh', Services: [{ PortName: 'http' }] } },
      container: {
        Environment: [{ Name: 'A', Value: { 'Fn::Sub': '${Vpc}-${Name}' } }],
        HealthCheck: { Command: ['CMD', 'a'] },
      },
    }),
    Entrance: {
      Type: 'AWS::EC2::SecurityGroup',
      Condition: 'Always',
      Properties: {
        GroupDescription: 'x',
        VpcId: { Ref: 'Vpc' },
        SecurityGroupIngress: [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }],
      },
    },
  },
  Outputs: { Id: { Value: { Ref: 'Vpc' }, Export: { Name: 'id' } } },
};

/** Puts `value` in place of what a walk from the top, by those steps, comes to; `undefined` removes it. */
function damaged(steps: readonly number[], value: unknown): Template {
  const copy: Record<string, unknown> = structuredClone(template);
  let owner: Record<string, unknown> | unknown[] = copy;
  let key: string | number = 'Resources';
  for (const step of steps) {
    const child: unknown = Reflect.get(owner, key);
    const isBranch = isRecord(child) || Array.isArray(child);
    if (!isBranch || Object.keys(child).length === 0) break;
    const keys = Object.keys(child);
    owner = child as typeof owner;
    key = keys[step % keys.length] ?? 0;
  }
  if (value === undefined) Reflect.deleteProperty(owner, key);
  else Reflect.set(owner, key, value);
  return copy;
}

test('a damaged template is read or refused with a sentence, and nothing else is thrown', () => {
  const intrinsic = fc.constantFrom(
    'Ref',
    'Fn::GetAtt',
    'Fn::Join',
    'Fn::Select',
    'Fn::Split',
    'Fn::Sub',
    'Fn::If',
    'Fn::ImportValue',
    'Fn::Cidr',
    'Fn::FindInMap',
    'Fn::GetStackOutput',
    'Fn::Length',
  );
  const scalar = fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    'x',
    'Vpc',
    'constructor',
    0,
    -1,
    true,
    [],
    {},
    [[]],
    [null],
  );
  const value = fc.oneof(
    scalar,
    fc.tuple(intrinsic, scalar).map(([name, argument]) => ({ [name]: argument })),
  );
  const steps = fc.array(fc.nat(20), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(steps, value, (walk, replacement) => {
      const outcome = outcomeOf(() => blueprintOf(assemblyOf({ Lab: damaged(walk, replacement) })));
      const isClear =
        outcome instanceof BlueprintError ? /^.+\.$/.test(outcome.message) : isRecord(outcome) && 'services' in outcome;
      expect(isClear, String(outcome)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

function outcomeOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
