import type { RequestFacts } from '@switchyard/blueprint';

import { labErrors } from '../errors.ts';

export interface ExplainedRequest {
  readonly facts: RequestFacts;
  readonly listener: WantedListener;
}

/** Which listener a request is for. */
export type WantedListener =
  /** Only a path was given: the first that speaks HTTP. */
  | { readonly by: 'protocol'; readonly protocol: 'HTTP' }
  /** A name of this machine: where the listener answers here, as `http://127.0.0.1:8080`. */
  | { readonly by: 'local-url'; readonly url: string }
  /** Any other host: the port that the listener has on AWS. */
  | { readonly by: 'port'; readonly port: number };

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
  return {
    facts: {
      method: method.toUpperCase(),
      host: headers.get('host')?.[0] ?? url.host,
      path: url.pathname,
      query: url.search.slice(1),
      sourceIp: '127.0.0.1',
      header: (name) => headers.get(name) ?? [],
    },
    listener: target.startsWith('/') ? { by: 'protocol', protocol: 'HTTP' } : listenerOf(url),
  };
}

function listenerOf({ protocol, hostname, port }: URL): WantedListener {
  const given = Number(port) || (protocol === 'https:' ? 443 : 80);
  if (!isLoopback(hostname)) return { by: 'port', port: given };
  return { by: 'local-url', url: `${protocol}//${hostname === 'localhost' ? '127.0.0.1' : hostname}:${given}` };
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
