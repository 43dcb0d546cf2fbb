import { AwsApiError, type AwsInput } from '@switchyard/local-aws-endpoint';

/** Reads an ELBv2 operation's input members; throws `ValidationError` as the API does. */

export function stringsOf(input: AwsInput, member: string): readonly string[] | undefined {
  const value = input[member];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw invalid(`${member} must be a list`);
  return value.map(String);
}

export function stringOf(input: AwsInput, member: string): string | undefined {
  const value = input[member];
  return value === undefined ? undefined : textOf(value, member);
}

export function requiredString(input: AwsInput, member: string): string {
  const value = stringOf(input, member);
  if (value === undefined || value === '') throw invalid(`${member} is required`);
  return value;
}

export function recordsOf(input: AwsInput, member: string): readonly AwsInput[] | undefined {
  const value = input[member];
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every(isRecord)) throw invalid(`${member} must be a list of structures`);
  return value;
}

export function recordOf(input: AwsInput, member: string): AwsInput | undefined {
  const value = input[member];
  if (value === undefined) return undefined;
  if (!isRecord(value)) throw invalid(`${member} must be a structure`);
  return value;
}

/** A port of a target; absent: the target group's. */
export function portOf(target: AwsInput, fallback: number): number {
  const text = target['Port'];
  if (text === undefined) return fallback;
  const port = Number(textOf(text, 'Port'));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid(`Port '${port}' is not valid`);
  return port;
}

function textOf(value: unknown, member: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw invalid(`${member} must be a simple value`);
}

export function invalid(message: string): AwsApiError {
  return new AwsApiError('ValidationError', message);
}

function isRecord(value: unknown): value is AwsInput {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
