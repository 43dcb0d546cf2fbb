import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsInput, AwsOutput } from '@switchyard/local-aws-endpoint';

/** Reads an operation's input; what has the wrong type or is not imitated is an `InvalidParameterException`, never ignored. */

const PAGE_MAX = 100;

export function onlyMembers(input: AwsInput, known: readonly string[]): void {
  const unknown = Object.keys(input).filter((name) => input[name] !== undefined && !known.includes(name));
  if (unknown.length > 0) {
    throw invalid(`The local ECS does not imitate the parameter ${unknown.join(', ')}; leave it out.`);
  }
}

export function stringOf(input: AwsInput, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw invalid(`${name} must be a string.`);
}

export function numberOf(input: AwsInput, name: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null || typeof value === 'number') return value ?? undefined;
  throw invalid(`${name} must be a number.`);
}

export function booleanOf(input: AwsInput, name: string): boolean | undefined {
  const value = input[name];
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
  throw invalid(`${name} must be true or false.`);
}

export function stringsOf(input: AwsInput, name: string): readonly string[] | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw invalid(`${name} must be a list of strings.`);
}

/** One page of a list: `maxResults` (100 at most) from `nextToken`, which is the position. */
export function page(input: AwsInput, name: string, all: readonly string[]): AwsOutput {
  const token = stringOf(input, 'nextToken');
  const size = numberOf(input, 'maxResults') ?? PAGE_MAX;
  if (!Number.isInteger(size) || size < 1 || size > PAGE_MAX) throw invalid('maxResults must be between 1 and 100.');
  if (token !== undefined && !/^\d+$/.test(token)) throw invalid('Invalid token in request');
  const start = Number(token ?? 0);
  const end = start + size;
  return { [name]: all.slice(start, end), ...(end < all.length ? { nextToken: String(end) } : {}) };
}

export function invalid(message: string): AwsApiError {
  return new AwsApiError('InvalidParameterException', message);
}
