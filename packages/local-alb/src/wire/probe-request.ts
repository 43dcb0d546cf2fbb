/**
 * A health check's request. `Host` has no port where the port is 80 or 443.
 *
 * AWS source: "Health checks for target groups".
 */
export function printProbe({ host, port, path }: { host: string; port: number; path: string }): string {
  const address = host.includes(':') ? `[${host}]` : host;
  const hostHeader = port === 80 || port === 443 ? address : `${address}:${port}`;
  return (
    `GET ${path} HTTP/1.1\r\nHost: ${hostHeader}\r\nConnection: close\r\nUser-Agent: ELB-HealthChecker/2.0\r\n` +
    `Accept-Encoding: gzip, compressed\r\n\r\n`
  );
}
