/** Header fields that HTTP/1.1 has for its connections, which HTTP/2 forbids (RFC 9113 §8.2.2). */
const OF_THE_CONNECTION = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** A response's head for HTTP/2: names and values by turns, in the order in which the lines came, however often a name does. */
export function http2HeadersOf(statusCode: number, lines: string): readonly string[] {
  const headers = [':status', String(statusCode)];
  // These end the stream with the head; a length that promises more would be an error to the client.
  const hasNoBody = statusCode === 204 || statusCode === 205;
  for (const line of lines.split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon < 0 || OF_THE_CONNECTION.has(name)) continue;
    if (hasNoBody && name === 'content-length') continue;
    headers.push(name, line.slice(colon + 1).trim());
  }
  return headers;
}
