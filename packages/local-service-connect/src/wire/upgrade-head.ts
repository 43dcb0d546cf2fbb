/** A response's head, as `node:http` read it. */
export interface ReceivedHead {
  readonly statusCode?: number | undefined;
  readonly statusMessage?: string | undefined;
  /** Name, value, name, value … */
  readonly rawHeaders: readonly string[];
}

/**
 * The answer to an upgrade as bytes. When the task agrees (101), `Connection` and `Upgrade` are part of the agreement and stay; when
 * it declines, its body follows until the connection closes.
 */
export function upgradeHead({ statusCode = 502, statusMessage = '', rawHeaders }: ReceivedHead): string {
  const isAgreed = statusCode === 101;
  let lines = '';
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    if (name === 'server' || name === 'transfer-encoding') continue;
    if (!isAgreed && (name === 'connection' || name === 'keep-alive' || name === 'upgrade')) continue;
    lines += `${name}: ${rawHeaders[at + 1] ?? ''}\r\n`;
  }
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines}server: envoy\r\n${isAgreed ? '' : 'connection: close\r\n'}\r\n`;
}
