/** Headers of one connection, which an intermediary does not pass on. Source: RFC 9110, section 7.6.1. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

type RawHeaders = readonly string[];

/** Raw headers without those of the connection they came on, nor those that its `Connection` header names. */
export function endToEndHeaders(raw: RawHeaders): [name: string, value: string][] {
  const pairs = Array.from({ length: raw.length / 2 }, (_, index): [string, string] => [
    raw[2 * index] ?? '',
    raw[2 * index + 1] ?? '',
  ]);
  const named = new Set(
    pairs
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.split(',').map((word) => word.trim().toLowerCase())),
  );
  return pairs.filter(([name]) => !hopByHop.has(name.toLowerCase()) && !named.has(name.toLowerCase()));
}

/**
 * What an instance gets: the client's headers, and who the client is. Source: Classic Load Balancer guide, "HTTP headers and Classic Load
 * Balancers". A Classic Load Balancer adds no trace id.
 */
export function forwardedHeaders(raw: RawHeaders, from: { readonly address: string; readonly port: number }): string[] {
  const headers = endToEndHeaders(raw);
  const before = headers.filter(([name]) => name.toLowerCase() === 'x-forwarded-for').map(([, value]) => value);
  const own = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port']);
  // Without it the body of a GET would follow its head bare, as if it were another request.
  const isChunked = raw.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'transfer-encoding');
  return [
    ...headers.filter(([name]) => !own.has(name.toLowerCase())),
    ['X-Forwarded-For', [...before, from.address].join(', ')],
    ['X-Forwarded-Port', String(from.port)],
    ['X-Forwarded-Proto', 'http'],
    ...(isChunked ? [['Transfer-Encoding', 'chunked']] : []),
  ].flat();
}

/** The value of a cookie in a `Cookie` header. */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  const pair = header?.split(';').find((each) => each.trim().startsWith(`${name}=`));
  return pair?.trim().slice(name.length + 1);
}
