import type { LoadBalancer } from '@switchyard/blueprint';

import { loopback } from '../settings.ts';
import type { Ports } from '../settings.ts';

export interface LocalListener {
  /** The listener's port in the blueprint. */
  readonly port: number;
  readonly host: string;
  readonly localPort: number;
}

/** Where each of the load balancer's listeners is found locally: the first HTTP one on the HTTP port, the first HTTPS one on the HTTPS port, others on a free port. */
export function localListenersOf(loadBalancer: LoadBalancer, ports: Ports): LocalListener[] {
  const free = new Map<string, number>([
    ['HTTP', ports.http],
    ['HTTPS', ports.https],
  ]);
  return loadBalancer.listeners.map(({ port, protocol }) => {
    const localPort = free.get(protocol) ?? 0;
    free.delete(protocol);
    return { port, host: loopback, localPort };
  });
}
