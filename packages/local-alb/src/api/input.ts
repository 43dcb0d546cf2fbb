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

/** Numbers that an attribute may have, and what else it may say. */
const RANGES: Readonly<Record<string, readonly [from: number, to: number, or?: string]>> = {
  'idle_timeout.timeout_seconds': [1, 4000],
  'client_keep_alive.seconds': [60, 604_800],
  'deregistration_delay.timeout_seconds': [0, 3600],
  'slow_start.duration_seconds': [30, 900, '0'],
  'stickiness.lb_cookie.duration_seconds': [1, 604_800],
  'stickiness.app_cookie.duration_seconds': [1, 604_800],
};

/** What is set, changed by the input's `Attributes`; throws for keys that `defaults` does not know and values out of range. */
export function changedAttributes(
  input: AwsInput,
  defaults: Readonly<Record<string, string>>,
  set: Readonly<Record<string, string>>,
): Record<string, string> {
  const attributes = { ...set };
  for (const pair of recordsOf(input, 'Attributes') ?? []) {
    const key = requiredString(pair, 'Key');
    const value = stringOf(pair, 'Value') ?? '';
    if (!Object.hasOwn(defaults, key)) {
      throw new AwsApiError('InvalidConfigurationRequest', `Attribute key '${key}' is not recognized`);
    }
    const range = RANGES[key];
    if (range !== undefined && value !== range[2] && !isBetween(value, range[0], range[1])) {
      const message = `'${value}' is not valid for '${key}': it must be between ${range[0]} and ${range[1]}`;
      throw new AwsApiError('InvalidConfigurationRequest', message);
    }
    attributes[key] = value;
  }
  return attributes;
}

function isBetween(text: string, from: number, to: number): boolean {
  return /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to;
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
