import { serviceConnectAddressOf } from '../core/addresses.ts';
import type { Deployment, Task } from '../core/state.ts';
import type { Sidecar, StartSidecar } from '../sidecar.ts';

/** Starts a task's Service Connect proxy with the endpoints of its deployment; `undefined` when there are none. */
export async function startTaskSidecar(
  { id: taskId, address, index }: Task,
  { serviceConnectEndpoints }: Deployment,
  addressOctet: number,
  startSidecar: StartSidecar | undefined,
): Promise<Sidecar | undefined> {
  const names = [...new Set(serviceConnectEndpoints.map(({ dnsName }) => dnsName))];
  if (startSidecar === undefined || names.length === 0) return undefined;
  const endpoints = serviceConnectEndpoints.map((endpoint) => ({
    ...endpoint,
    listenAddress: serviceConnectAddressOf(index, names.indexOf(endpoint.dnsName) + 1, addressOctet),
  }));
  return await startSidecar({ taskId, address, endpoints });
}
