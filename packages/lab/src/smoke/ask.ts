import { request } from 'undici';

/** One answer of the load balancer, read whole. */
export interface Answer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** `name=value` of each cookie that the answer sets. */
  readonly cookies: readonly string[];
  readonly text: string;
  /** @throws SyntaxError when the body is not JSON. */
  readonly json: () => unknown;
}

export interface Asking {
  readonly method?: 'GET' | 'POST' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export type Ask = (path: string, asking?: Asking) => Promise<Answer>;

const timeoutMs = 20_000;

/** Asks one load balancer. Redirects are answers, not followed. */
export function buildAsk(baseUrl: string): Ask {
  return async (path, { method = 'GET', headers = {}, body } = {}) => {
    const response = await request(new URL(path, baseUrl), {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.body.text();
    const header = (name: string): string | undefined => {
      const value = response.headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    return {
      status: response.statusCode,
      header,
      cookies: [response.headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split(';', 1)[0] ?? ''),
      text,
      json: () => JSON.parse(text) as unknown,
    };
  };
}
