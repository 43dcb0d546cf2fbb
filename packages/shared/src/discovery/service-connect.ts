import type { Peer } from '../config/service-config.ts';
import type { Finder, Finding } from './finding.ts';

/** "Finds" a service by its Service Connect alias: an ordinary URL, behind which the task's proxy chooses and retries. */
export function buildAliasFinder(peer: Peer): Finder {
  const alias = peer.serviceConnectUrl;
  const finding: Finding = {
    targets: [{ address: new URL(alias).host, origin: alias }],
    preferred: 1,
    account: { by: 'service-connect', alias },
  };
  return { current: () => finding, find: async () => finding, doubt: () => {} };
}
