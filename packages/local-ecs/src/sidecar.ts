import type { EndpointName } from './core/state.ts';

/** A Service Connect endpoint with the address at which the task's proxy is to listen for it. */
export interface SidecarEndpoint extends EndpointName {
  readonly listenAddress: string;
}

/** What a task's Service Connect proxy needs to know. */
export interface SidecarNetwork {
  readonly taskId: string;
  /** The task's own address: the proxy's connections leave from it. */
  readonly address: string;
  readonly endpoints: readonly SidecarEndpoint[];
}

/** A running proxy: `hosts` are the alias names that the task's processes resolve to it. */
export type Sidecar = AsyncDisposable & { readonly hosts: Readonly<Record<string, string>> };

export type StartSidecar = (network: SidecarNetwork) => Promise<Sidecar>;
