import { once } from 'node:events';
import { connect } from 'node:net';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runLab, startLabProcess } from './support/lab-process.ts';
import type { LabProcess } from './support/lab-process.ts';

interface Explanation {
  readonly rules: readonly { readonly priority: number | 'default'; readonly matched: boolean }[];
  readonly refused?: { readonly status: number };
}

describe('lab explain and the load balancer', () => {
  let lab: LabProcess;
  beforeAll(async () => void (lab = await startLabProcess()));
  afterAll(async () => await lab[Symbol.asyncDispose]());

  /** Sends the request as it is written; gives what the load balancer tells of it. */
  async function told(method: string, path: string, headers: readonly string[]) {
    const { port, hostname } = new URL(lab.ready.urls.http);
    const event = lab.nextEvent(({ kind }) => kind === 'request');
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {}).resume();
    socket.write([`${method} ${path} HTTP/1.1`, `Host: ${hostname}:${port}`, ...headers, '', ''].join('\r\n'));
    const { status, rulePriority } = await event;
    socket.destroy();
    await once(socket, 'close');
    return { status, rulePriority };
  }

  const requests: readonly (readonly [string, string, readonly string[]])[] = [
    ['GET', '/api/x', []],
    ['GET', '/API/x', []],
    ['GET', '/api/../internal/x', []],
    ['GET', '/internal/../api/whoami', []],
    ['GET', '/./internal/x', []],
    ['GET', '/api/%2e%2e/internal/x', []],
    ['GET', '/%69nternal/x', []],
    ['GET', '//internal/x', []],
    ['GET', '/internal#/api', []],
    ['GET', '/trip?a=1', []],
    ['GET', '/whoami', ['X-Service: worker']],
    ['GET', '/whoami', ['x-service: no', 'X-SERVICE:worker  ']],
    ['GET', '/..', []],
    ['GET', '/../x', []],
    ['TRACE', '/api/x', []],
    ['PURGE', '/api/x', []],
    ['GET', `/api/${'x'.repeat(17_000)}`, []],
    ['GET', '/api/x', ['Content-Length: 1', 'Content-Length: 2']],
    ['GET', '/api/x', [`X-Long: ${'x'.repeat(20_000)}`]],
  ];

  test.each(
    requests.map(
      ([method, path, headers]) => [[method, path, ...headers].join(' ').slice(0, 60), method, path, headers] as const,
    ),
  )('agree on %s', async (_title, method, path, headers) => {
    const { status, rulePriority } = await told(method, path, headers);
    const options = headers.flatMap((line) => ['--header', line]);
    const endpoint = ['--endpoint-url', lab.ready.urls.endpoint, '--json'];
    const { stdout, stderr } = await runLab(['explain', method, path, ...options, ...endpoint]);
    expect(stderr).toBe('');
    const { rules, refused } = JSON.parse(stdout) as Explanation;
    const explained =
      refused === undefined
        ? { status, rulePriority: rules.find(({ matched }) => matched)?.priority }
        : { status: refused.status, rulePriority: undefined };
    expect(explained).toEqual({ status, rulePriority });
  });
});
