import type { IncomingMessage } from 'node:http';
import { AwsApiError } from '../api.ts';

/** @throws AwsApiError `RequestEntityTooLarge` (413) as soon as the body exceeds `bytesMax`. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      request.pause();
      reject(tooLarge(bytesMax));
    } else chunks.push(chunk);
  });
  request.once('end', () => {
    resolve(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString());
  });
  request.once('error', reject);
  request.once('aborted', () => {
    reject(new AwsApiError('RequestAborted', 'The client closed the connection before the request was complete.'));
  });
  return await promise;
}

function tooLarge(bytesMax: number): AwsApiError {
  return new AwsApiError('RequestEntityTooLarge', `The request's body is larger than ${bytesMax} bytes.`, 413);
}
