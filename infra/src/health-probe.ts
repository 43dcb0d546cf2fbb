/**
 * The command of a container's health check: exits 0 when the service inside says that it is well. The image has Node but no curl.
 */
export function healthProbeOf(port: number, path: string): string[] {
  const request = `require('node:http').get('http://127.0.0.1:${port}${path}',`;
  const verdict = `(answer)=>process.exit(answer.statusCode===200?0:1)).on('error',()=>process.exit(1))`;
  return ['CMD', 'node', '-e', request + verdict];
}
