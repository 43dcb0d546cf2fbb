import { Agent, request } from 'node:http';
import type { Probe } from '../core/watched.ts';

export interface HealthPath {
  readonly port: number;
  readonly path: string;
}

export interface HealthProbe extends Disposable {
  /** Asks once. Never rejects. */
  ask(timeoutMs: number): Promise<Probe>;
}

/** Asks one address for its health, over one connection that is kept: when that breaks, it is asked again over a new one. */
export function createHealthProbe(address: string, { port, path }: HealthPath): HealthProbe {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const askOnce = async (timeoutMs: number): Promise<{ probe: Probe; reused: boolean }> =>
    await new Promise((resolve) => {
      const outgoing = request({ host: address, port, path, agent }, (answer) => {
        answer.resume();
        answer.on('error', () => {});
        answer.on('close', () => resolve({ probe: probeOf(answer.statusCode ?? 0), reused: false }));
      });
      const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), timeoutMs);
      outgoing.on('error', (error: NodeJS.ErrnoException) =>
        resolve({
          probe: error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET' ? 'refused' : 'silent',
          reused: outgoing.reusedSocket,
        }),
      );
      outgoing.on('close', () => clearTimeout(timer));
      outgoing.end();
    });
  return {
    async ask(timeoutMs) {
      const first = await askOnce(timeoutMs);
      if (first.probe !== 'refused' || !first.reused) return first.probe;
      return (await askOnce(timeoutMs)).probe;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function probeOf(status: number): Probe {
  if (status === 503) return 'draining';
  return status >= 200 && status < 300 ? 'serving' : 'failing';
}
