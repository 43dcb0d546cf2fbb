import type { RequestHead } from './request-head.ts';
import { without } from './request-headers.ts';

/** What the load balancer writes into every request's head. */
export interface ForwardedBy {
  readonly forwardedForMode: 'append' | 'preserve' | 'remove';
  readonly forwardedForClientPort: boolean;
  readonly preserveHostHeader: boolean;
  readonly dropInvalidHeaderFields: boolean;
  readonly tlsVersionAndCipherHeaders: boolean;
  readonly protocol: 'http' | 'https';
  /** Of the listener, as clients see it. */
  readonly port: number;
  /** The `Host` of a request that has none (HTTP/1.0). */
  readonly dnsName: string;
}

export interface ClientAddress {
  readonly address: string;
  readonly port: number;
  readonly tls?: { readonly protocol: string; readonly cipher: string } | undefined;
}

/** The head as the target sees it. `target`, `host` and `traceId` are decided before (transforms, tracing). */
export function printForwardedHead(
  head: RequestHead,
  by: ForwardedBy,
  client: ClientAddress,
  target: string,
  host: string,
  traceId: string,
): string {
  const forwardedFor = forwardedForOf(head.forwardedFor, by, client);
  const passedOn = by.dropInvalidHeaderFields ? without(head.passedOn, isInvalidFieldName) : head.passedOn;
  const upgrade = head.upgrade === undefined ? '' : `Connection: upgrade\r\nUpgrade: ${head.upgrade}\r\n`;
  const tls =
    by.tlsVersionAndCipherHeaders && client.tls !== undefined
      ? `x-amzn-tls-version: ${client.tls.protocol}\r\nx-amzn-tls-cipher-suite: ${client.tls.cipher}\r\n`
      : '';
  return (
    `${head.method} ${target} HTTP/1.1\r\n${forwardedFor}X-Forwarded-Proto: ${by.protocol}\r\n` +
    `X-Forwarded-Port: ${by.port}\r\nHost: ${host}\r\nX-Amzn-Trace-Id: ${traceId}\r\n${tls}${upgrade}${passedOn}\r\n`
  );
}

function isInvalidFieldName(lowerCaseName: string): boolean {
  return !/^[-a-z0-9]+$/.test(lowerCaseName);
}

function forwardedForOf(sent: string | undefined, by: ForwardedBy, client: ClientAddress): string {
  if (by.forwardedForMode === 'remove') return '';
  if (by.forwardedForMode === 'preserve') return sent === undefined ? '' : `X-Forwarded-For: ${sent}\r\n`;
  const { address } = client;
  const own = by.forwardedForClientPort
    ? `${address.includes(':') ? `[${address}]` : address}:${client.port}`
    : address;
  return sent === undefined ? `X-Forwarded-For: ${own}\r\n` : `X-Forwarded-For: ${sent}, ${own}\r\n`;
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** `Host` towards the target: lower case, with the port unless it is 80 or 443; untouched when it is to be preserved. */
export function forwardedHost(sent: string | undefined, by: ForwardedBy): string {
  if (sent === undefined || sent === '') return by.dnsName;
  if (by.preserveHostHeader) return sent;
  const bare = sent.toLowerCase();
  const colon = bare.lastIndexOf(':');
  const hasPort = colon > bare.lastIndexOf(']');
  if (by.port === DEFAULT_PORTS.http || by.port === DEFAULT_PORTS.https) return hasPort ? bare.slice(0, colon) : bare;
  return hasPort ? bare : `${bare}:${by.port}`;
}

const TRACE_HEADER_BYTES_MAX = 7168;

/**
 * `X-Amzn-Trace-Id` towards the target. `fresh` is a new id (`1-<8 hex>-<24 hex>`).
 *
 * AWS source: "Request tracing for your Application Load Balancer".
 */
export function traceHeader(sent: string | undefined, fresh: string): string {
  if (sent === undefined || sent.trim() === '' || sent.length > TRACE_HEADER_BYTES_MAX) return `Root=${fresh}`;
  const fields = sent
    .split(';')
    .map((field) => field.trim())
    .filter((field) => field !== '' && !field.startsWith('Self='));
  const hasRoot = fields.some((field) => field.startsWith('Root='));
  const hadSelf = /(?:^|;)\s*Self=/.test(sent);
  return [hasRoot || hadSelf ? `Self=${fresh}` : `Root=${fresh}`, ...fields].join(';');
}
