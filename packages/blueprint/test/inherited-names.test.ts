import { expect, test } from 'vitest';
import type { BlueprintErrorCode } from '../src/errors.ts';
import { compileRegexSearch } from '../src/rules/regex.ts';
import { serviceResources } from './resources/support.ts';
import { blueprintOfResources, type Resources, surroundings } from './support.ts';

/** What every object of the language inherits is a name like any other where a template may write a name. */
const inherited = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'];

test.each(inherited)('an image called %s comes from a registry', (name) => {
  const { taskDefinitions } = blueprintOfResources(serviceResources({ container: { Image: name } }));
  expect(taskDefinitions[0]?.containers[0]?.image).toEqual({ kind: 'registry', uri: name });
});

test.each(inherited)('a protocol called %s stays as written', (name) => {
  const ingress = [{ IpProtocol: name, CidrIp: '0.0.0.0/0' }];
  const properties = { GroupDescription: 'x', VpcId: { Ref: 'Vpc' }, SecurityGroupIngress: ingress };
  const resources = { ...surroundings, Web: { Type: 'AWS::EC2::SecurityGroup', Properties: properties } };
  expect(blueprintOfResources(resources).securityGroups[0]?.ingress[0]?.protocol).toBe(name.toLowerCase());
});

const missing: readonly [what: string, code: BlueprintErrorCode, value: (name: string) => unknown][] = [
  ['a parameter', 'BLUEPRINT_REFERENCE_UNRESOLVED', (name) => ({ Ref: name })],
  ['a condition', 'BLUEPRINT_REFERENCE_UNRESOLVED', (name) => ({ 'Fn::If': [name, '10.0.0.0/16', '10.1.0.0/16'] })],
  ['a mapping', 'BLUEPRINT_REFERENCE_UNRESOLVED', (name) => ({ 'Fn::FindInMap': [name, name, name] })],
  ['an attribute', 'BLUEPRINT_ATTRIBUTE_UNKNOWN', (name) => ({ 'Fn::GetAtt': ['Subnet', name] })],
];

test.each(missing.flatMap(([what, code, value]) => inherited.map((name) => [what, name, code, value(name)] as const)))(
  '%s called %s that the template does not have is refused',
  (_what, _name, code, value) => {
    const resources: Resources = {
      ...surroundings,
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: value } },
    };
    expect(() => blueprintOfResources(resources)).toThrow(expect.objectContaining({ code }));
  },
);

test.each(inherited)('a character class called %s is refused', (name) => {
  const code: BlueprintErrorCode = 'BLUEPRINT_RULE_PATTERN_INVALID';
  expect(() => compileRegexSearch(`[[:${name}:]]`, { ignoreCase: false })).toThrow(expect.objectContaining({ code }));
});
