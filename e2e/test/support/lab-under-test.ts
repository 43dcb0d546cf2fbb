import { request } from 'undici';

import { startLabProcess } from './lab-process.ts';

/** What the tests of "the lab" need to know of it, however it runs. */
export interface LabUnderTest extends AsyncDisposable {
  /** Of the load balancer. */
  readonly url: string;
  readonly endpointUrl: string;
  readonly dns: { readonly host: string; readonly port: number };
}

export async function startEmbeddedLab(): Promise<LabUnderTest> {
  const lab = await startLabProcess();
  return {
    url: lab.ready.urls.http,
    endpointUrl: lab.ready.urls.endpoint,
    dns: lab.ready.dns,
    [Symbol.asyncDispose]: async () => await lab[Symbol.asyncDispose](),
  };
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What `curl` gets: no `Accept` but `*` + `/*`, no redirect followed. */
export async function curl(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  method: 'GET' | 'POST' = 'GET',
  body?: string,
  timeoutMs?: number,
): Promise<Answered> {
  const response = await request(url, {
    method,
    ...(timeoutMs !== undefined && { signal: AbortSignal.timeout(timeoutMs) }),
    headers: { accept: '*/*', ...headers },
    ...(body !== undefined && { body }),
  });
  return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
}
