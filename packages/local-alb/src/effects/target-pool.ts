import type { Target } from '../core/target.ts';
import { UpstreamConnection, type UpstreamPool } from './upstream-connection.ts';

/** The connections to one target: reused last in, first out; not opened ahead; shared by all clients. */
export class TargetPool implements UpstreamPool {
  readonly target: Target;
  /** Whether the target group speaks HTTPS. The certificate is not validated. */
  readonly tls: boolean;
  readonly localAddress: string | undefined;
  readonly #all = new Set<UpstreamConnection>();
  readonly #idle: UpstreamConnection[] = [];

  constructor(target: Target, tls: boolean, localAddress: string | undefined) {
    this.target = target;
    this.tls = tls;
    this.localAddress = localAddress;
  }

  acquire(): UpstreamConnection {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const connection = new UpstreamConnection(this);
    this.#all.add(connection);
    return connection;
  }

  release(connection: UpstreamConnection, nowMs: number): void {
    connection.reset();
    if (this.target.drainedAt > 0) {
      connection.destroy();
      return;
    }
    connection.idleSinceMs = nowMs;
    this.#idle.push(connection);
  }

  forget(connection: UpstreamConnection): void {
    this.#all.delete(connection);
    const at = this.#idle.lastIndexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  /** Closes connections that have rested since before `sinceMs`. */
  closeIdle(sinceMs = Number.POSITIVE_INFINITY): void {
    for (const connection of this.#idle.filter((candidate) => candidate.idleSinceMs <= sinceMs)) connection.destroy();
  }

  /** Ends the exchanges that are still running, with 502 where the client has nothing yet, and closes everything. */
  cut(reason: string): void {
    for (const connection of this.#all) {
      const { exchange } = connection;
      connection.destroy();
      exchange?.onUpstreamGone(reason, true);
    }
  }
}
