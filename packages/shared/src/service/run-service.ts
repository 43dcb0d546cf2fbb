import closeWithGrace from 'close-with-grace';
import type { FastifyInstance } from 'fastify';
import { setTimeout as wait } from 'node:timers/promises';
import { wordsOf } from '../errors.ts';
import { Connections } from './connections.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { TlsListener } from '../tls/tls-listener.ts';
import type { ServiceLimits } from './limits.ts';

export interface RunOptions {
  readonly app: FastifyInstance;
  readonly host: string;
  readonly port: number;
  /** Where to speak HTTPS as well; 0: nowhere. */
  readonly tlsPort: number;
  /** The subject of the certificate. */
  readonly name: string;
  readonly limits: ServiceLimits;
  readonly lifecycle: Lifecycle;
  /** What the service holds open, closed last to first after the last request has been answered. */
  readonly resources?: readonly AsyncDisposable[];
}

/**
 * Listens, and stops in order on SIGTERM or SIGINT: `/healthz` answers 503 and connections are closed after their response;
 * requests that still arrive are served until the service has been quiet for a moment; requests in flight finish; resources
 * are closed in reverse order; the process exits with 0. It exits with 1 on a second signal, when the grace is over, or when it
 * cannot listen.
 */
export async function runService(options: RunOptions): Promise<void> {
  const { app, limits, lifecycle } = options;
  const connections = new Connections(app.server);
  const encrypted: TlsListener[] = [];
  closeWithGrace(
    {
      delay: limits.graceMs,
      skip: ['beforeExit'],
      logger: false,
      onSecondSignal: (signal) => app.log.error({ signal }, 'second signal: exiting at once'),
      onTimeout: (graceMs) => app.log.error({ graceMs }, 'the grace is over: exiting with requests in flight'),
    },
    async ({ signal, err }) => {
      if (err !== undefined) app.log.fatal({ err }, 'failed unexpectedly: stopping');
      else app.log.info({ signal }, 'stopping');
      lifecycle.drain();
      await quiet(lifecycle, limits);
      await closeServer(app, connections, limits, encrypted);
      for (const resource of (options.resources ?? []).toReversed()) await resource[Symbol.asyncDispose]();
      app.log.info('stopped');
    },
  );
  const { host, port, tlsPort } = options;
  await orExit(app, `${host}:${port}`, async () => await app.listen({ host, port }));
  if (tlsPort === 0) return;
  const tls = await orExit(app, `${host}:${tlsPort}`, async () => await listenForTls(options));
  encrypted.push(tls);
  app.log.info(`Server listening at https://${host}:${tls.port}`);
}

async function orExit<T>(app: FastifyInstance, address: string, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    app.log.fatal({ err: error }, `cannot listen on ${address}: ${wordsOf(error)}`);
    return process.exit(1);
  }
}

/** Loads what it takes, which a service that does not speak HTTPS can start without. */
async function listenForTls({ app, host, tlsPort, name, limits }: RunOptions): Promise<TlsListener> {
  const { startTlsListener } = await import('../tls/tls-listener.ts');
  return await startTlsListener({ server: app.server, host, port: tlsPort, name, limits });
}

/** Stops listening and waits for what is in flight; a request of which only a part has come gets a moment for the rest. */
async function closeServer(
  app: FastifyInstance,
  connections: Connections,
  limits: ServiceLimits,
  encrypted: readonly TlsListener[],
): Promise<void> {
  const timer = setInterval(() => connections.closeUnused(), limits.drainQuietMs);
  await Promise.all([...encrypted.map(async (listener) => await listener.close()), app.close()]);
  clearInterval(timer);
}

/** Resolves when no request has arrived for `drainQuietMs`, or after `drainMaxMs`. */
async function quiet(lifecycle: Lifecycle, { drainQuietMs, drainMaxMs }: ServiceLimits): Promise<void> {
  const endAtMs = performance.now() + drainMaxMs;
  for (;;) {
    const restMs = Math.min(drainQuietMs - lifecycle.quietMs, endAtMs - performance.now());
    if (restMs <= 0) return;
    await wait(restMs);
  }
}
