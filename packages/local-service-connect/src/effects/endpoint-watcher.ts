import type { HostAddress } from '../endpoint.ts';

/** Where Cloud Map's API is. `endpointUrl` is used as it stands, without the SDK's `data-` prefix. */
export interface CloudMapAddress {
  readonly endpointUrl: string;
  readonly region: string;
}

/** Follows the tasks behind endpoints. One watcher serves any number of proxies; what it asks grows with the endpoints alone. */
export interface EndpointWatcher extends AsyncDisposable {
  watch(namespace: string, discoveryName: string): EndpointWatch;
  /** Refreshes every watch. */
  refreshAll(): Promise<void>;
}

/** The tasks behind one endpoint: the last list that Cloud Map gave. */
export interface EndpointWatch {
  /** Undefined until there has been an answer. A new array whenever the list changes, sorted. */
  readonly hosts: readonly HostAddress[] | undefined;
  /** Asks now; concurrent calls share one question. Never rejects: without an answer the last list stays. */
  refresh(): Promise<void>;
  /** Resolves when there is a list, or after `timeoutMs` without one. */
  firstList(timeoutMs: number): Promise<void>;
  /** Asks soon, without waiting: somebody found the list wrong. */
  suspect(): void;
  /** Calls back after each change of the list, until the returned function is called. */
  subscribe(onChange: (hosts: readonly HostAddress[]) => void): () => void;
}
