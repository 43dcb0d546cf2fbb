import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Probe } from '../core/health.ts';
import type { TargetGroupState } from '../core/target-group-state.ts';
import type { Target } from '../core/target.ts';
import { printProbe } from '../wire/probe-request.ts';
import { parseResponseHead, RESPONSE_HEAD_BYTES_MAX } from '../wire/response-head.ts';

/** Checks one target: at once, then at every interval, each time on a new connection. */
export class HealthChecker implements Disposable {
  readonly #group: TargetGroupState;
  readonly #target: Target;
  readonly #localAddress: string | undefined;
  readonly #onProbe: (target: Target, probe: Probe) => void;
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(
    group: TargetGroupState,
    target: Target,
    localAddress: string | undefined,
    onProbe: (target: Target, probe: Probe) => void,
  ) {
    this.#group = group;
    this.#target = target;
    this.#localAddress = localAddress;
    this.#onProbe = onProbe;
    const { intervalSeconds } = group.blueprint.healthCheck;
    this.#check();
    this.#timer = setInterval(() => this.#check(), intervalSeconds * 1000);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#stop.abort();
  }

  #check(): void {
    const { healthCheck } = this.#group.blueprint;
    const port = healthCheck.port === 'traffic-port' ? this.#target.port : healthCheck.port;
    probe(
      {
        host: this.#target.id,
        port,
        path: healthCheck.path,
        tls: healthCheck.protocol === 'HTTPS',
        timeoutMs: healthCheck.timeoutSeconds * 1000,
        localAddress: this.#localAddress,
        signal: this.#stop.signal,
      },
      (result) => {
        if (!this.#stop.signal.aborted) this.#onProbe(this.#target, result);
      },
    );
  }
}

export interface ProbeOptions {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly tls: boolean;
  readonly timeoutMs: number;
  readonly localAddress?: string | undefined;
  readonly signal: AbortSignal;
}

/** One health check, as an ALB does it: `GET`, HTTP/1.1, a new connection, only the status code counts. */
export function probe(options: ProbeOptions, onResult: (probe: Probe) => void): void {
  let finished = false;
  const { host, port } = options;
  const address = {
    host,
    port,
    ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
  };
  const socket = options.tls ? connectTls({ ...address, rejectUnauthorized: false }) : connect(address);
  const finish = (result: Probe): void => {
    if (finished) return;
    finished = true;
    clearTimeout(timer);
    options.signal.removeEventListener('abort', abort);
    socket.destroy();
    onResult(result);
  };
  const abort = (): void => finish({ kind: 'failed' });
  const timer = setTimeout(() => finish({ kind: 'timeout' }), options.timeoutMs);
  timer.unref();
  options.signal.addEventListener('abort', abort);
  socket.on('error', () => finish({ kind: 'failed' }));
  socket.on('close', () => finish({ kind: 'failed' }));
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    const head = parseResponseHead(received, 0, received.length);
    if (head === undefined && received.length <= RESPONSE_HEAD_BYTES_MAX) return;
    if (head === undefined || head.fault !== undefined) finish({ kind: 'failed' });
    else if (head.statusCode < 200) received = received.subarray(head.byteLength);
    else finish({ kind: 'response', statusCode: head.statusCode });
  });
  socket.write(printProbe(options), 'latin1');
}
