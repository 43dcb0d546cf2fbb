import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { TlsFacts } from './client.ts';

const TLS_HANDSHAKE_RECORD = 22;
const HANDSHAKE_TIMEOUT_MS = 10_000;

export interface TlsServerOptions {
  readonly key: string;
  readonly cert: string;
  /** Whether HTTP/2 is offered. */
  readonly http2: boolean;
  /** Holds what is connected: `close` ends a connection on which nothing has come yet, `destroy` any. */
  readonly connections: Set<{ close(): void; destroy(): void }>;
}

export interface TlsServer {
  readonly server: Server;
  /** Begins to take connections, and says who has shaken hands and who speaks plainly. */
  readonly serve: (takers: {
    readonly onSecure: (socket: TLSSocket) => void;
    readonly onPlain: (socket: Socket) => void;
  }) => void;
}

/** A server for connections over TLS. */
export function createSecureServer({ key, cert, http2, connections }: TlsServerOptions): TlsServer {
  const ALPNProtocols = http2 ? ['h2', 'http/1.1'] : ['http/1.1'];
  const tls = createTlsServer({ key, cert, ALPNProtocols, handshakeTimeout: HANDSHAKE_TIMEOUT_MS });
  tls.on('tlsClientError', () => {});
  const server = createServer({ noDelay: true });
  const accept = (socket: Socket, onPlain: (socket: Socket) => void): void => {
    let silent = true;
    const connection = {
      close: () => void (silent && socket.destroy()),
      destroy: () => void socket.destroy(),
    };
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
    socket.on('error', () => {});
    socket.setTimeout(HANDSHAKE_TIMEOUT_MS, () => socket.destroy());
    socket.once('data', (chunk: Buffer) => {
      silent = false;
      socket.setTimeout(0);
      if (chunk[0] !== TLS_HANDSHAKE_RECORD) {
        onPlain(socket);
        return;
      }
      socket.pause();
      socket.unshift(chunk);
      tls.emit('connection', socket);
    });
  };
  return {
    server,
    serve({ onSecure, onPlain }) {
      tls.on('secureConnection', onSecure);
      server.on('connection', (socket) => accept(socket, onPlain));
    },
  };
}

/** What the handshake settled, as the access log and the target are told. */
export function tlsFactsOf(socket: TLSSocket): TlsFacts {
  return {
    protocol: socket.getProtocol() ?? '-',
    cipher: socket.getCipher().standardName,
    serverName: typeof socket.servername === 'string' ? socket.servername : undefined,
    http2: socket.alpnProtocol === 'h2',
  };
}
