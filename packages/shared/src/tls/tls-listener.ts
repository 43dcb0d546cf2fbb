import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import type { ServiceLimits } from '../service/limits.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';

export interface TlsListenerOptions {
  /** Gets the connections, decrypted, as if it had taken them itself; its time limits hold for them. */
  readonly server: Server;
  readonly host: string;
  readonly port: number;
  /** The certificate's subject. */
  readonly name: string;
  readonly limits: Pick<ServiceLimits, 'connectionsMax' | 'headersTimeoutMs'>;
}

export interface TlsListener {
  readonly port: number;
  /** Takes no more connections; resolves when the last one is closed, which is the server's business. */
  close(): Promise<void>;
}

/**
 * Listens for encrypted connections and hands them to an HTTP server, with a certificate that is made now and that nobody can verify.
 *
 * @throws {Error} when it cannot listen
 */
export async function startTlsListener(options: TlsListenerOptions): Promise<TlsListener> {
  const { server, host, port, name, limits } = options;
  const listener = createServer(
    {
      ...selfSignedCertificate(name, new Date()),
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: limits.headersTimeoutMs,
      noDelay: true,
    },
    (socket) => server.emit('connection', socket),
  );
  listener.maxConnections = limits.connectionsMax;
  listener.listen({ host, port });
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    close: async () => {
      const closed = once(listener, 'close');
      listener.close();
      await closed;
    },
  };
}
