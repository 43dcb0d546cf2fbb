/** Takes members out of an API input, with the constraints of the API's model. All throw `InvalidInput`. */
import { AwsApiError, type AwsInput } from '@switchyard/local-aws-endpoint';
import type { Filter } from '../core/page.ts';

interface TextRules {
  readonly max?: number;
  readonly min?: number;
  readonly pattern?: RegExp;
}

export function textOf(input: AwsInput, name: string, rules: TextRules = {}): string {
  const value = optionalText(input, name, rules);
  if (value === undefined) throw invalid(`${name} is missing`);
  return value;
}

export function optionalText(input: AwsInput, name: string, rules: TextRules = {}): string | undefined {
  const value = memberOf(input, name);
  if (value === undefined) return undefined;
  return checkedText(value, name, rules);
}

function checkedText(value: unknown, name: string, { min = 0, max = 1024, pattern }: TextRules): string {
  if (typeof value !== 'string') throw invalid(`${name} is not a string`);
  if (value.length < min || value.length > max) throw invalid(`${name} has not ${min} to ${max} characters`);
  if (pattern !== undefined && !pattern.test(value)) throw invalid(`${name} does not match ${pattern.source}`);
  return value;
}

export function choiceOf<T extends string>(input: AwsInput, name: string, choices: readonly T[]): T | undefined {
  const value = memberOf(input, name);
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw invalid(`${name} is none of ${choices.join(', ')}`);
  return choice;
}

export function integerOf(input: AwsInput, name: string, min: number, max: number): number | undefined {
  const value = memberOf(input, name);
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw invalid(`${name} is not a whole number from ${min} to ${max}`);
  }
  return value as number;
}

export function structureOf(input: AwsInput, name: string): AwsInput | undefined {
  const value = memberOf(input, name);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid(`${name} is not a structure`);
  return value as AwsInput;
}

function listOf(input: AwsInput, name: string, max = 200): readonly unknown[] | undefined {
  const value = memberOf(input, name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw invalid(`${name} is not a list`);
  if (value.length > max) throw invalid(`${name} has more than ${max} items`);
  return value;
}

export function textsOf(input: AwsInput, name: string, rules: TextRules, max?: number): string[] | undefined {
  return listOf(input, name, max)?.map((item) => checkedText(item, `an item of ${name}`, rules));
}

export function structuresOf(input: AwsInput, name: string): AwsInput[] | undefined {
  return listOf(input, name)?.map((item) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) throw invalid(`${name} holds no structures`);
    return item as AwsInput;
  });
}

/** A map of strings to strings. */
export function textMapOf(input: AwsInput, name: string): Readonly<Record<string, string>> | undefined {
  const map = structureOf(input, name);
  if (map === undefined) return undefined;
  for (const value of Object.values(map))
    if (typeof value !== 'string') throw invalid(`a value of ${name} is no string`);
  return map as Readonly<Record<string, string>>;
}

export function tagsIn(input: AwsInput, name = 'Tags'): Map<string, string> {
  const tags = structuresOf(input, name) ?? [];
  return new Map(tags.map((tag) => [textOf(tag, 'Key', { min: 1, max: 128 }), textOf(tag, 'Value', { max: 256 })]));
}

export function filtersIn(input: AwsInput): Filter[] {
  return (structuresOf(input, 'Filters') ?? []).map((filter) => ({
    name: textOf(filter, 'Name'),
    condition: choiceOf(filter, 'Condition', ['EQ', 'IN', 'BETWEEN', 'BEGINS_WITH']) ?? 'EQ',
    values: textsOf(filter, 'Values', { min: 1, max: 255 }) ?? [],
  }));
}

/** List operations: 100 items a page unless told; the token is the last key of the page before. */
export function pagingIn(input: AwsInput): { readonly after: string | undefined; readonly maxResults: number } {
  const token = optionalText(input, 'NextToken', { max: 4096 });
  return {
    after: token === undefined ? undefined : decodeToken(token),
    maxResults: integerOf(input, 'MaxResults', 1, 100) ?? 100,
  };
}

export function nextTokenOf(next: string | undefined): { readonly NextToken?: string } {
  return next === undefined ? {} : { NextToken: Buffer.from(`after:${next}`).toString('base64url') };
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw invalid('NextToken is none that was given out');
  return text.slice('after:'.length);
}

function memberOf(input: AwsInput, name: string): unknown {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  return value === null ? undefined : value;
}

export function invalid(what: string): AwsApiError {
  return new AwsApiError('InvalidInput', `The request is not valid: ${what}.`);
}
