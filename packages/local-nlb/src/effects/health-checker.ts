import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TargetGroupHealthCheck } from '@switchyard/blueprint';
import type { Probe } from '../core/health.ts';

const HEAD_BYTES_MAX = 16_384;

export interface CheckedTarget {
  readonly address: string;
  readonly port: number;
  /** The load balancer node's own address and listener port, which are the Host of an HTTP check. */
  readonly node: string;
}

/** Checks one target at once and then at every interval, each time on a new connection, until it is disposed. */
export function startHealthChecks(
  target: CheckedTarget,
  check: TargetGroupHealthCheck,
  onProbe: (probe: Probe) => void,
): Disposable {
  const stop = new AbortController();
  const port = check.port === 'traffic-port' ? target.port : check.port;
  const run = (): void =>
    probe({ ...target, port }, check, stop.signal, (result) => {
      if (!stop.signal.aborted) onProbe(result);
    });
  const timer = setInterval(run, check.intervalSeconds * 1000);
  timer.unref();
  run();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      stop.abort();
    },
  };
}

/** One check: a TCP connection that opens, or the status code of a GET. */
function probe(
  { address: host, port, node }: CheckedTarget,
  check: TargetGroupHealthCheck,
  signal: AbortSignal,
  onResult: (probe: Probe) => void,
): void {
  let isFinished = false;
  const socket =
    check.protocol === 'HTTPS' ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port });
  const finish = (result: Probe): void => {
    if (isFinished) return;
    isFinished = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    socket.destroy();
    onResult(result);
  };
  const abort = (): void => finish({ kind: 'failed' });
  const timer = setTimeout(() => finish({ kind: 'timeout' }), check.timeoutSeconds * 1000);
  timer.unref();
  signal.addEventListener('abort', abort);
  socket.on('error', abort).on('close', abort);
  if (check.protocol === 'TCP') {
    socket.once('connect', () => finish({ kind: 'connected' }));
    return;
  }
  let head = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    head += text;
    const status = /^HTTP\/1\.[01] (\d{3})[ \r]/.exec(head)?.[1];
    if (status !== undefined) finish({ kind: 'response', statusCode: Number(status) });
    else if (head.includes('\n') || head.length > HEAD_BYTES_MAX) finish({ kind: 'failed' });
  });
  socket.write(
    `GET ${check.path} HTTP/1.1\r\nHost: ${node}\r\nConnection: close\r\nUser-Agent: ELB-HealthChecker/2.0\r\n\r\n`,
    'latin1',
  );
}
