const hopByHop = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export interface RequestHead {
  /** Name, value, name, value …; names in lower case as Envoy writes them. */
  readonly headers: string[];
  readonly requestId: string;
  readonly host?: string;
  readonly userAgent?: string;
  readonly forwardedFor?: string;
  readonly hasBody: boolean;
}

/**
 * The headers towards the task: the client's, without those that belong to its connection, and Envoy's. `X-Request-Id` and
 * `X-Forwarded-Proto` are kept or made; `Host` stays the alias. Service Connect adds no `X-Forwarded-For` (undocumented; Envoy's default).
 *
 * @param raw name, value, name, value … as received
 * @param expectedTimeoutMs 0: no time limit, so no `x-envoy-expected-rq-timeout-ms`
 */
export function requestHeadOf(raw: readonly string[], makeId: () => string, expectedTimeoutMs: number): RequestHead {
  const headers: string[] = [];
  const nominated = nominatedIn(raw);
  let requestId: string | undefined;
  let host: string | undefined;
  let userAgent: string | undefined;
  let forwardedFor: string | undefined;
  let hasBody = false;
  let hasProtocol = false;
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const value = raw[at + 1] ?? '';
    if (name === 'transfer-encoding') hasBody = true;
    if (hopByHop.has(name)) {
      if (name === 'te' && value.toLowerCase() === 'trailers') headers.push(name, value);
      continue;
    }
    if (name === 'x-envoy-expected-rq-timeout-ms') continue;
    if (nominated?.has(name)) continue;
    if (name === 'host') host = value;
    else if (name === 'user-agent') userAgent = value;
    else if (name === 'x-forwarded-for') forwardedFor = value;
    else if (name === 'x-forwarded-proto') hasProtocol = true;
    else if (name === 'content-length' && value !== '0') hasBody = true;
    else if (name === 'x-request-id') {
      if (value === '') continue;
      requestId ??= value;
    }
    headers.push(name, value);
  }
  if (requestId === undefined) {
    requestId = makeId();
    headers.push('x-request-id', requestId);
  }
  if (!hasProtocol) headers.push('x-forwarded-proto', 'http');
  if (expectedTimeoutMs > 0) headers.push('x-envoy-expected-rq-timeout-ms', String(expectedTimeoutMs));
  return {
    headers,
    requestId,
    hasBody,
    ...(host === undefined ? {} : { host }),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(forwardedFor === undefined ? {} : { forwardedFor }),
  };
}

/** Turns a response's headers, in place, into those towards the client. */
export function rewriteResponseHeaders(
  headers: Record<string, string | string[] | undefined>,
  serviceTimeMs: number,
): void {
  const connection = headers['connection'];
  if (typeof connection === 'string' && connection !== 'keep-alive' && connection !== 'close') {
    for (const token of connection.split(',')) delete headers[token.trim().toLowerCase()];
  }
  delete headers['connection'];
  delete headers['keep-alive'];
  delete headers['proxy-connection'];
  delete headers['transfer-encoding'];
  delete headers['trailer'];
  delete headers['upgrade'];
  headers['server'] = 'envoy';
  headers['x-envoy-upstream-service-time'] = String(serviceTimeMs);
}

/** A `Host` header's name without its port, in lower case. */
export function hostNameOf(host: string): string {
  const colon = host.lastIndexOf(':');
  const name = colon > host.lastIndexOf(']') ? host.slice(0, colon) : host;
  return name.toLowerCase();
}

/** Names that `Connection` declares to belong to the connection; end-to-end headers that a client must not have removed stay. */
function nominatedIn(raw: readonly string[]): Set<string> | undefined {
  let names: Set<string> | undefined;
  for (let at = 0; at < raw.length; at += 2) {
    if ((raw[at] ?? '').toLowerCase() !== 'connection') continue;
    for (const token of (raw[at + 1] ?? '').split(',')) {
      const name = token.trim().toLowerCase();
      if (name !== '' && name !== 'close' && name !== 'keep-alive') (names ??= new Set()).add(name);
    }
  }
  names?.delete('host');
  names?.delete('content-length');
  return names;
}
