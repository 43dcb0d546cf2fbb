/** AWS JSON 1.1: one JSON object in, one out, timestamps as epoch seconds. Source: Smithy's `awsJson1_1` protocol. */
import { AwsApiError, type AwsInput, type AwsOutput } from '../api.ts';

export const JSON_CONTENT_TYPE = 'application/x-amz-json-1.1';

/** @throws AwsApiError `SerializationException` when the body is neither empty nor one JSON object. */
export function parseJsonInput(body: string): AwsInput {
  if (body === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new AwsApiError('SerializationException', 'The body of the request is not JSON.');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new AwsApiError('SerializationException', 'The body of the request is not a JSON object.');
  }
  return value as AwsInput;
}

export function printJsonOutput(output: AwsOutput): string {
  return JSON.stringify(hasDate(output) ? withEpochSeconds(output) : output);
}

/** Cloud Map writes `Message`, ECS `message`; the SDKs and the AWS CLI read either. */
export function printJsonError(code: string, message: string, members: AwsOutput = {}): string {
  return JSON.stringify({ __type: code, Message: message, ...members });
}

function hasDate(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (value instanceof Date) return true;
  if (Array.isArray(value)) return value.some(hasDate);
  for (const key in value) if (hasDate((value as Record<string, unknown>)[key])) return true;
  return false;
}

function withEpochSeconds(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(withEpochSeconds);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withEpochSeconds(member)]));
}
