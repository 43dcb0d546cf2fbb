/** Passes a request on to an API in another process, as it came, and its answer back. */
import type { Agent, IncomingMessage, ServerResponse } from 'node:http';
import { AwsApiError } from '../api.ts';
import { request as httpRequest } from '../node-http.ts';

const CONNECTION_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect', 'upgrade'];

/**
 * The request goes to `url` as it is, whatever the request line says: AWS JSON and AWS Query have one path, `/`, and a target with a host
 * of its own must not lead there.
 *
 * @throws AwsApiError `ServiceUnavailable` (503, which the SDKs retry) when nothing answers at `url` in time.
 */
export async function forward(
  from: { readonly request: IncomingMessage; readonly body: string },
  to: { readonly url: string; readonly agent: Agent; readonly timeoutMs: number },
  response: ServerResponse,
): Promise<void> {
  const answer = await answerOf(from, to);
  if (response.destroyed) return void answer.destroy();
  if (!writeHead(answer, response)) {
    answer.destroy();
    throw new AwsApiError('ServiceUnavailable', `The API behind ${to.url} answers with what is no answer.`, 503);
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  answer.on('error', () => response.destroy());
  response.once('close', () => {
    if (!response.writableFinished) answer.destroy();
    resolve();
  });
  answer.pipe(response);
  await promise;
}

/** False for what is no answer: node refuses to write some heads that it reads, and nobody asked for another protocol by 101. */
function writeHead({ statusCode = 0, headers }: IncomingMessage, response: ServerResponse): boolean {
  if (statusCode < 200) return false;
  const { connection: _, 'keep-alive': __, ...endToEnd } = headers;
  try {
    response.writeHead(statusCode, endToEnd);
    return true;
  } catch {
    return false;
  }
}

async function answerOf(
  { request, body }: Parameters<typeof forward>[0],
  { url, agent, timeoutMs }: Parameters<typeof forward>[1],
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { ...request.headers };
  for (const name of CONNECTION_HEADERS) delete headers[name];
  headers['content-length'] = String(Buffer.byteLength(body));
  const upstream = httpRequest(url, {
    agent,
    headers,
    timeout: timeoutMs,
    ...(request.method === undefined ? {} : { method: request.method }),
  });
  upstream.once('response', resolve);
  upstream.once('timeout', () => upstream.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  upstream.on('error', (error) => {
    reject(new AwsApiError('ServiceUnavailable', `The API behind ${url} cannot be reached: ${error.message}.`, 503));
  });
  upstream.end(body);
  return await promise;
}
