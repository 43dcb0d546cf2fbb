import { get } from './node-http.ts';

export interface GetJsonOptions {
  readonly timeoutMs: number;
  readonly bodyBytesMax?: number;
}

/**
 * GETs a small JSON document with plain `node:http`, without a pool.
 *
 * @throws {Error} on a failed connection, a status other than 200, a body that is too large or not JSON, or when time is up
 */
export async function getJson(url: string, { timeoutMs, bodyBytesMax = 256 * 1024 }: GetJsonOptions): Promise<unknown> {
  const body = await new Promise<string>((resolve, reject) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > bodyBytesMax) request.destroy(new Error(`The answer has more than ${bodyBytesMax} bytes.`));
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`The answer has status ${response.statusCode ?? 0}.`));
      });
    });
    request.on('error', reject);
  });
  return JSON.parse(body);
}
