import type { Socket } from 'node:net';
import { Agent, request } from '@switchyard/local-aws-endpoint/node-http';
import type { Probe } from '../core/watched.ts';

export interface HealthPath {
  readonly port: number;
  readonly path: string;
}

export interface HealthProbe extends Disposable {
  /** Asks once. Never rejects. */
  ask(timeoutMs: number): Promise<Probe>;
}

const NOBODY = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE']);

/**
 * Asks one address for its health, over one connection that is kept. When that breaks while nothing is asked, `onBroken` hears of it
 * at once: a process that is killed does not wait for the next question.
 */
export function createHealthProbe(
  address: string,
  { port, path }: HealthPath,
  onBroken: () => void = () => {},
): HealthProbe {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const idle = new WeakSet<Socket>();
  const followed = new WeakSet<Socket>();
  const follow = (socket: Socket): void => {
    idle.delete(socket);
    if (followed.has(socket)) return;
    followed.add(socket);
    socket.once('close', () => {
      if (idle.has(socket)) onBroken();
    });
  };
  agent.on('free', (socket: Socket) => idle.add(socket));

  const askOnce = async (timeoutMs: number): Promise<{ probe: Probe; reused: boolean }> =>
    await new Promise((resolve) => {
      const outgoing = request({ host: address, port, path, agent }, (answer) => {
        answer.resume();
        answer.on('error', () => {});
        answer.on('close', () => resolve({ probe: probeOf(answer.statusCode ?? 0), reused: false }));
      });
      const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), timeoutMs);
      outgoing.on('socket', follow);
      outgoing.on('error', ({ code = '' }: NodeJS.ErrnoException) =>
        resolve({ probe: NOBODY.has(code) ? 'refused' : 'silent', reused: outgoing.reusedSocket }),
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
