import type { RequestFacts } from '@switchyard/blueprint';

import { labErrors } from '../errors.ts';

export interface ExplainedRequest {
  readonly facts: RequestFacts;
  /** The listener's port. Absent where only a path was given, and for the lab's own URLs, whose port stands for the listener of their protocol. */
  readonly port?: number;
  readonly protocol: 'HTTP' | 'HTTPS';
}

/**
 * The request that a person describes with a method, a URL (or a path) and headers.
 * @throws LabError LAB_METHOD_INVALID, LAB_URL_INVALID, LAB_HEADER_INVALID
 */
export function requestOfArguments(method: string, target: string, headerLines: readonly string[]): ExplainedRequest {
  if (!/^[A-Za-z_-]{1,40}$/.test(method)) throw labErrors.methodInvalid(method);
  const url = urlOf(target);
  const headers = new Map<string, string[]>();
  for (const line of headerLines) {
    const found = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/.exec(line);
    if (!found) throw labErrors.headerInvalid(line);
    const name = (found[1] ?? '').toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), found[2] ?? '']);
  }
  const namesNoListener = target.startsWith('/') || isLoopback(url.hostname);
  return {
    facts: {
      method: method.toUpperCase(),
      host: headers.get('host')?.[0] ?? url.host,
      path: url.pathname,
      query: url.search.slice(1),
      sourceIp: '127.0.0.1',
      header: (name) => headers.get(name) ?? [],
    },
    ...(!namesNoListener && { port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) }),
    protocol: url.protocol === 'https:' ? 'HTTPS' : 'HTTP',
  };
}

function urlOf(target: string): URL {
  const text = target.startsWith('/') ? `http://127.0.0.1${target}` : target;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw labErrors.urlInvalid(target);
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
