import type { Duplex } from 'node:stream';
import type { BodyScanner } from '../wire/body-scanner.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { ListenerRuntime, Runtime } from './runtime.ts';

/** What the handshake settled. */
export interface TlsFacts {
  readonly protocol: string;
  readonly cipher: string;
  readonly serverName: string | undefined;
  readonly http2: boolean;
}

/** A TCP or TLS socket, or a stream of an HTTP/2 session in the shape of one. */
export type ClientSocket = Duplex & {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
};

/** A client's connection, as whoever serves its requests sees it. */
export interface Client {
  readonly socket: ClientSocket;
  readonly runtime: Runtime;
  readonly listener: ListenerRuntime;
  readonly address: string;
  readonly port: number;
  readonly traceId: string;
  /** Of an HTTPS listener's connection. */
  readonly tls: TlsFacts | undefined;
  exchange: ClientExchange | undefined;
  /** Whether the connection may carry another request after this one. */
  mayStay(head: RequestHead): boolean;
  /** The exchange is over; the next request may follow, or the connection ends. */
  release(stays: boolean, unread: BodyScanner | undefined): void;
  /** Goes on with what the client had sent before there was anybody to take it. */
  readHeld(): void;
  /** Ends the connection once what has been written is sent; what still arrives is thrown away. */
  close(): void;
  pauseForTarget(): void;
  resumeForTarget(): void;
}

/** A request that is on its way, as its client's connection sees it. */
export interface ClientExchange {
  /** Whether the client's next bytes belong to this request. */
  readonly takesBytes: boolean;
  /** Passes on what belongs to the request's body; answers where the rest begins. `bytes` are valid until this returns. */
  onClientBytes(bytes: Buffer, at: number): number;
  onClientDrain(): void;
  /** The client has left before its response was complete. */
  onClientGone(): void;
  onSweep(nowMs: number): void;
}
