import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Target } from '../core/target-group-state.ts';
import type { FlowEnd } from '../events.ts';

export interface FlowOptions {
  readonly client: Socket;
  readonly target: Target;
  /** From which the target is reached; absent: the system's choice. */
  readonly localAddress: string | undefined;
  /** Sent to the target before the client's bytes. */
  readonly header: Buffer | undefined;
  readonly idleTimeoutMs: number;
  readonly onEnd: (flow: Flow, ended: FlowEnd) => void;
}

/** One client's connection, joined to one target's for as long as both last. Each direction ends by itself, as TCP's do. */
export class Flow {
  readonly target: Target;
  readonly client: Socket;
  readonly #upstream: Socket;
  readonly #onEnd: FlowOptions['onEnd'];
  #ended = false;
  #connected = false;

  constructor(options: FlowOptions) {
    const { client, target, localAddress, header, idleTimeoutMs, onEnd } = options;
    this.target = target;
    this.client = client;
    this.#onEnd = onEnd;
    this.#upstream = connect({
      host: target.address,
      port: target.port,
      noDelay: true,
      allowHalfOpen: true,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    const upstream = this.#upstream;
    upstream.once('connect', () => (this.#connected = true));
    upstream.on('error', () => this.cut(this.#connected ? 'reset' : 'refused'));
    client.on('error', () => this.cut('reset'));
    // What either side sends, the other is written: one timer knows of both.
    client.setTimeout(idleTimeoutMs, () => this.cut('idle'));
    for (const socket of [client, upstream]) socket.once('close', () => this.#closed());
    if (header !== undefined) upstream.write(header);
    client.pipe(upstream);
    upstream.pipe(client);
  }

  get bytesFromClient(): number {
    return this.client.bytesRead;
  }

  get bytesFromTarget(): number {
    return this.#upstream.bytesRead;
  }

  /** Resets both sides. */
  cut(ended: FlowEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.client.resetAndDestroy();
    if (this.#connected) this.#upstream.resetAndDestroy();
    else this.#upstream.destroy();
    this.#onEnd(this, ended);
  }

  #closed(): void {
    if (this.#ended || !this.client.destroyed || !this.#upstream.destroyed) return;
    this.#ended = true;
    this.#onEnd(this, 'closed');
  }
}
