import { type ReadRequest, readRequest } from '@switchyard/local-alb';

import { labErrors } from '../errors.ts';

export interface ExplainedRequest {
  readonly method: string;
  /** As the load balancer reads it: rules see the path as it was sent, `..` and escapes included. */
  readonly read: ReadRequest;
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
  const wrong = headerLines.find((line) => !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\0\r\n]*$/.test(line));
  if (wrong !== undefined) throw labErrors.headerInvalid(wrong);
  const host = headerLines.some((line) => /^host:/i.test(line)) ? [] : [`Host: ${url.host}`];
  const lines = [`${method.toUpperCase()} ${sentTarget(target)} HTTP/1.1`, ...host, ...headerLines, '', ''];
  return {
    method: method.toUpperCase(),
    read: readRequest(Buffer.from(lines.join('\r\n')), '127.0.0.1'),
    listener: target.startsWith('/') ? { by: 'protocol', protocol: 'HTTP' } : listenerOf(url),
  };
}

/** Path and query as they are written: a client that normalises them does so before it sends. */
function sentTarget(target: string): string {
  const rest = target.startsWith('/') ? target : target.replace(/^[^:]*:\/\/[^/?#]*/, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function listenerOf({ protocol, hostname, port }: URL): WantedListener {
  const given = Number(port) || (protocol === 'https:' ? 443 : 80);
  if (!isLoopback(hostname)) return { by: 'port', port: given };
  return { by: 'local-url', url: `${protocol}//${hostname === 'localhost' ? '127.0.0.1' : hostname}:${given}` };
}

function urlOf(target: string): URL {
  const text = target.startsWith('/') ? `http://127.0.0.1${target}` : target;
  // eslint-disable-next-line no-control-regex
  const url = URL.canParse(text) && !/[\0-\u001f\u007f]/.test(target) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw labErrors.urlInvalid(target);
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
