import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import { albDecisions } from '../core/decisions.ts';
import { ownAnswer, printOwnAnswer } from '../wire/error-pages.ts';
import type { TlsFacts } from './client-connection.ts';

const TLS_HANDSHAKE_RECORD = 22;
const HANDSHAKE_TIMEOUT_MS = 10_000;

export interface TlsServerOptions {
  readonly key: string;
  readonly cert: string;
  /** Whether HTTP/2 is offered. */
  readonly http2: boolean;
  readonly now: () => string;
}

/**
 * A server for connections over TLS: `server` listens, `tls` says `secureConnection`. Who speaks plain HTTP to it gets a
 * plain 400.
 */
export function createSecureServer(options: TlsServerOptions): { readonly server: Server; readonly tls: TlsServer } {
  const { key, cert } = options;
  const ALPNProtocols = options.http2 ? ['h2', 'http/1.1'] : ['http/1.1'];
  const tls = createTlsServer({ key, cert, ALPNProtocols, handshakeTimeout: HANDSHAKE_TIMEOUT_MS });
  tls.on('tlsClientError', () => {});
  const server = createServer({ noDelay: true }, (socket: Socket) => {
    socket.on('error', () => {});
    socket.setTimeout(HANDSHAKE_TIMEOUT_MS, () => socket.destroy());
    socket.once('data', (chunk: Buffer) => {
      socket.setTimeout(0);
      if (chunk[0] === TLS_HANDSHAKE_RECORD) {
        socket.pause();
        socket.unshift(chunk);
        tls.emit('connection', socket);
        return;
      }
      const request = { method: 'GET', version: 11, keepAlive: false };
      const headers = { names: new Set<string>(), lines: '', server: true };
      socket.end(
        printOwnAnswer(ownAnswer(albDecisions.plainHttpOnTlsStatus), request, options.now(), headers),
        'latin1',
      );
    });
  });
  return { server, tls };
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
