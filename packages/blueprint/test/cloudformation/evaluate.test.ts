import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cidrBlocks } from '../../src/cloudformation/cidr.ts';
import { StackScope } from '../../src/cloudformation/stack.ts';
import { templateOf } from '../../src/cloudformation/template.ts';
import type { Template } from '../support.ts';

const place = {
  partition: 'aws',
  region: 'us-east-1',
  accountId: '000000000000',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
};

function valueOf(expression: unknown, template: Template = {}): unknown {
  const stack = new StackScope('Lab', templateOf({ Resources: {}, ...template }, 'Lab.template.json'), {
    place,
    resource: (_stack, logicalId) =>
      logicalId === 'Vpc' ? { ref: 'vpc-1', attribute: (name) => `vpc-1.${name}` } : undefined,
    importValue: (name) => `imported ${name}`,
    stackOutput: (name, output) => `${output} of ${name}`,
  });
  return stack.evaluate(expression, 'Lab/Thing (AWS::X::Thing)');
}

const production = {
  Conditions: { IsLab: { 'Fn::Equals': ['a', 'a'] }, IsOther: { 'Fn::Not': [{ Condition: 'IsLab' }] } },
};

describe('an expression', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref to a resource', { Ref: 'Vpc' }, 'vpc-1'],
    ['Ref to the region', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Ref to the account', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['Ref to the partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['Ref to the URL suffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    ['Ref to the stack name', { Ref: 'AWS::StackName' }, 'Lab'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] }, 'vpc-1.CidrBlock'],
    ['Fn::GetAtt as a text', { 'Fn::GetAtt': 'Vpc.Nested.Name' }, 'vpc-1.Nested.Name'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Vpc' }, 3]] }, 'a-vpc-1-3'],
    ['Fn::Join of Fn::Split', { 'Fn::Join': ['+', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'a+b+c'],
    ['Fn::Select', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
    ['Fn::Select of Fn::GetAZs', { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }, 'us-east-1b'],
    ['Fn::Sub', { 'Fn::Sub': '${AWS::Region}:${Vpc}:${Vpc.Arn}:${!Literal}' }, 'us-east-1:vpc-1:vpc-1.Arn:${Literal}'],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${A}-${Vpc}', { A: { Ref: 'AWS::Region' } }] }, 'us-east-1-vpc-1'],
    ['Fn::ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': '${AWS::StackName}:x' } }, 'imported Lab:x'],
    ['Fn::GetStackOutput', { 'Fn::GetStackOutput': { StackName: 'Net', OutputName: 'Id' } }, 'Id of Net'],
    ['Fn::Base64', { 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    ['Fn::Cidr', { 'Fn::Cidr': ['10.10.0.0/16', 2, 8] }, ['10.10.0.0/24', '10.10.1.0/24']],
    ['Fn::Length', { 'Fn::Length': [1, 2] }, 2],
    ['Fn::ToJsonString', { 'Fn::ToJsonString': { id: { Ref: 'Vpc' } } }, '{"id":"vpc-1"}'],
    ['AWS::NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['AWS::NoValue in a list', [1, { Ref: 'AWS::NoValue' }, 2], [1, 2]],
    [
      'an object that only looks like an intrinsic',
      { Condition: { StringEquals: 1 } },
      { Condition: { StringEquals: 1 } },
    ],
  ])('%s is evaluated', (_title, expression, expected) => {
    expect(valueOf(expression)).toEqual(expected);
  });

  test('chooses by conditions that are built of other conditions', () => {
    expect(valueOf({ 'Fn::If': ['IsLab', 'yes', { Ref: 'Nothing' }] }, production)).toBe('yes');
    expect(valueOf({ a: { 'Fn::If': ['IsOther', 'yes', { Ref: 'AWS::NoValue' }] } }, production)).toEqual({});
  });

  test.each([
    [{ 'Fn::And': [{ Condition: 'IsLab' }, { Condition: 'IsOther' }] }, false],
    [{ 'Fn::Or': [{ Condition: 'IsOther' }, { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] }] }, true],
    [{ 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] }, true],
  ])('takes the condition %j as %s', (condition, expected) => {
    const Conditions = { ...production.Conditions, Asked: condition };
    expect(valueOf({ 'Fn::If': ['Asked', true, false] }, { Conditions })).toBe(expected);
  });

  test('finds values in mappings, or the default it is given', () => {
    const Mappings = { Regions: { 'us-east-1': { ami: 'ami-1' } } };
    expect(valueOf({ 'Fn::FindInMap': ['Regions', { Ref: 'AWS::Region' }, 'ami'] }, { Mappings })).toBe('ami-1');
    expect(valueOf({ 'Fn::FindInMap': ['Regions', 'x', 'ami', { DefaultValue: 'none' }] }, { Mappings })).toBe('none');
    expect(() => valueOf({ 'Fn::FindInMap': ['Regions', 'x', 'ami'] }, { Mappings })).toThrow(
      "Lab/Thing (AWS::X::Thing) looks up Regions.x.ami, which the template's mappings do not have.",
    );
  });

  test('reads parameters by their defaults', () => {
    const Parameters = {
      Name: { Type: 'String', Default: 'lab' },
      Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
      Image: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: '/ami' },
      Secret: { Type: 'String' },
    };
    expect(valueOf({ Ref: 'Name' }, { Parameters })).toBe('lab');
    expect(valueOf({ Ref: 'Zones' }, { Parameters })).toEqual(['a', 'b']);
    expect(valueOf({ Ref: 'Image' }, { Parameters })).toBe('{{resolve:ssm:/ami}}');
    expect(() => valueOf({ Ref: 'Secret' }, { Parameters })).toThrow(
      expect.objectContaining({ code: 'BLUEPRINT_REFERENCE_UNRESOLVED' }),
    );
  });

  test.each<[unknown, string]>([
    [{ 'Fn::Transform': {} }, 'BLUEPRINT_INTRINSIC_UNKNOWN'],
    [{ 'Fn::toString': {} }, 'BLUEPRINT_INTRINSIC_UNKNOWN'],
    [{ 'Fn::Select': [5, ['a']] }, 'BLUEPRINT_INTRINSIC_INVALID'],
    [{ 'Fn::Join': 'a' }, 'BLUEPRINT_INTRINSIC_INVALID'],
    [{ 'Fn::Join': ['', [{ a: 1 }]] }, 'BLUEPRINT_INTRINSIC_INVALID'],
    [{ 'Fn::GetAtt': ['Vpc'] }, 'BLUEPRINT_INTRINSIC_INVALID'],
    [{ 'Fn::Cidr': ['10.0.0.0/24', 300, 8] }, 'BLUEPRINT_INTRINSIC_INVALID'],
    [{ 'Fn::If': ['Missing', 1, 2] }, 'BLUEPRINT_REFERENCE_UNRESOLVED'],
    [{ Ref: 'Missing' }, 'BLUEPRINT_REFERENCE_UNRESOLVED'],
    [{ 'Fn::Sub': '${Missing}' }, 'BLUEPRINT_REFERENCE_UNRESOLVED'],
  ])('%j is refused with %s, naming the resource', (expression, code) => {
    const where = expect.stringContaining('Lab/Thing (AWS::X::Thing)');
    expect(() => valueOf(expression)).toThrow(expect.objectContaining({ code, message: where }));
  });

  test('whose condition refers to itself is refused', () => {
    const Conditions = { A: { Condition: 'B' }, B: { 'Fn::Not': [{ Condition: 'A' }] } };
    expect(() => valueOf({ 'Fn::If': ['A', 1, 2] }, { Conditions })).toThrow(
      expect.objectContaining({ code: 'BLUEPRINT_REFERENCE_CIRCULAR' }),
    );
  });

  test('without intrinsic functions is its own value', () => {
    const key = fc.string().filter((text) => text !== 'Ref' && !text.startsWith('Fn::') && text !== '__proto__');
    const plain = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, fc.string(), fc.integer(), fc.boolean(), tie('list'), tie('object')),
      list: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    })).value;
    fc.assert(
      fc.property(plain, (value) => {
        expect(valueOf(value)).toEqual(value);
      }),
    );
  });
});

describe('Fn::Cidr', () => {
  test('divides a block into neighbours of the asked size that lie within it', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const arguments_ = fc.tuple(
      octet,
      octet,
      fc.integer({ min: 8, max: 20 }),
      fc.integer({ min: 1, max: 16 }),
      fc.integer({ min: 4, max: 8 }),
    );
    fc.assert(
      fc.property(arguments_, ([a, b, mask, count, bits]) => {
        const base = (((a * 256 + b) * 2 ** 16) >>> (32 - mask)) * 2 ** (32 - mask);
        const blocks = cidrBlocks(`${a}.${b}.0.0/${mask}`, count, bits) ?? [];
        expect(blocks).toHaveLength(count);
        const addresses = blocks.map((block) =>
          block
            .split('/')[0]!
            .split('.')
            .reduce((sum, part) => sum * 256 + Number(part), 0),
        );
        expect(addresses).toEqual(addresses.map((_address, index) => base + index * 2 ** bits));
      }),
    );
  });
});
