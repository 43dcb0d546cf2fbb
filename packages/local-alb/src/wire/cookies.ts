/** The value of a cookie that the client sent, in the first of its `Cookie` lines that has it. */
export function cookieOf(lines: readonly string[], name: string): string | undefined {
  for (const line of lines) {
    for (const pair of line.split(';')) {
      const equals = pair.indexOf('=');
      if (equals >= 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
    }
  }
  return undefined;
}

/** The name of the cookie that a `Set-Cookie` value sets. */
export function setCookieName(value: string): string {
  return value.slice(0, Math.max(value.indexOf('='), 0)).trim();
}

/** `AWSALB` and `AWSALBCORS`, or `AWSALBTG` and `AWSALBTGCORS`: the same value twice, as header lines. */
export function printCookiePair(name: string, value: string, expires: string, secure: boolean): string {
  const attributes = `Expires=${expires}; Path=/`;
  return (
    `Set-Cookie: ${name}=${value}; ${attributes}\r\n` +
    `Set-Cookie: ${name}CORS=${value}; ${attributes}; SameSite=None${secure ? '; Secure' : ''}\r\n`
  );
}

/** `AWSALBAPP-0`. */
export function printAppCookie(value: string, expires: string): string {
  return `Set-Cookie: AWSALBAPP-0=${value}; Expires=${expires}; Path=/\r\n`;
}

/** What a response carries when there is no application stickiness to record. */
export function printAppCookieRemoval(expires: string): string {
  return [0, 1, 2, 3]
    .map((shard) => `Set-Cookie: AWSALBAPP-${shard}=_remove_; Expires=${expires}; Path=/\r\n`)
    .join('');
}
