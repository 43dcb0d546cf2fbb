/** From a routed request to the answer's bytes, in the request's protocol. */
import { AwsApiError, type AwsApi, type AwsInput, type AwsOutput } from './api.ts';
import { JSON_CONTENT_TYPE, printJsonError, printJsonOutput } from './wire/json.ts';
import { printXmlError, printXmlOutput, XML_CONTENT_TYPE } from './wire/xml.ts';

export interface AwsAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What the answer's form depends on when there is no output. */
export type ErrorForm = { readonly kind: 'json' } | { readonly kind: 'xml'; readonly xmlNamespace?: string };

export function printOutput(api: AwsApi, operation: string, output: AwsOutput, requestId: string): AwsAnswer {
  if (api.protocol.kind === 'json-1.1') {
    return { status: 200, contentType: JSON_CONTENT_TYPE, body: printJsonOutput(output) };
  }
  const body = printXmlOutput(operation, output, api.protocol.xmlNamespace, requestId);
  return { status: 200, contentType: XML_CONTENT_TYPE, body };
}

export function printError(error: AwsApiError, form: ErrorForm, requestId: string): AwsAnswer {
  const { code, message, status, members } = error;
  if (form.kind === 'json') {
    return { status, contentType: JSON_CONTENT_TYPE, body: printJsonError(code, message, members) };
  }
  return { status, contentType: XML_CONTENT_TYPE, body: printXmlError(error, form.xmlNamespace, requestId) };
}

export function errorFormOf(api: AwsApi): ErrorForm {
  return api.protocol.kind === 'json-1.1' ? { kind: 'json' } : { kind: 'xml', xmlNamespace: api.protocol.xmlNamespace };
}

/** Runs the operation; most answer at once, so a timer is spent only on those that give a promise. */
export function callOperation(
  api: AwsApi,
  operation: string,
  input: AwsInput,
  timeoutMs: number,
): AwsOutput | Promise<AwsOutput> {
  const handler = api.operations[operation];
  if (handler === undefined) throw new AwsApiError('UnknownOperationException', `${operation} is not mounted.`);
  const output = handler(input);
  return output instanceof Promise ? withinTime(output, operation, timeoutMs) : output;
}

async function withinTime(output: Promise<AwsOutput>, operation: string, timeoutMs: number): Promise<AwsOutput> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new AwsApiError('ServiceUnavailable', `${operation} gave no answer within ${timeoutMs} ms.`, 503));
  }, timeoutMs);
  try {
    return await Promise.race([output, expired]);
  } finally {
    clearTimeout(timer);
  }
}
