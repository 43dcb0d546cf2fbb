/** Passes a request on to an API in another process, as it came, and its answer back. */
import { type Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { AwsApiError } from '../api.ts';

const CONNECTION_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect', 'upgrade'];

/** @throws AwsApiError `ServiceUnavailable` (503, which the SDKs retry) when nothing answers at `url` in time. */
export async function forward(
  from: { readonly request: IncomingMessage; readonly body: string },
  to: { readonly url: string; readonly agent: Agent; readonly timeoutMs: number },
  response: ServerResponse,
): Promise<void> {
  const answer = await answerOf(from, to);
  if (response.destroyed) return void answer.destroy();
  const headers = { ...answer.headers };
  delete headers.connection;
  delete headers['keep-alive'];
  response.writeHead(answer.statusCode ?? 502, headers);
  const { promise, resolve } = Promise.withResolvers<void>();
  answer.once('error', () => response.destroy());
  response.once('close', () => {
    if (!response.writableFinished) answer.destroy();
    resolve();
  });
  answer.pipe(response);
  await promise;
}

async function answerOf(
  { request, body }: Parameters<typeof forward>[0],
  { url, agent, timeoutMs }: Parameters<typeof forward>[1],
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { ...request.headers };
  for (const name of CONNECTION_HEADERS) delete headers[name];
  headers['content-length'] = String(Buffer.byteLength(body));
  const upstream = httpRequest(new URL(request.url ?? '/', url), {
    agent,
    headers,
    timeout: timeoutMs,
    ...(request.method === undefined ? {} : { method: request.method }),
  });
  upstream.once('response', resolve);
  upstream.once('timeout', () => upstream.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  upstream.once('error', (error) => {
    reject(new AwsApiError('ServiceUnavailable', `The API behind ${url} cannot be reached: ${error.message}.`, 503));
  });
  upstream.end(body);
  return await promise;
}
