import type { Policy } from '../core/policy.ts';
import type { OnServiceConnectEvent } from '../events.ts';
import type { AccessLogConfiguration } from '../wire/access-log.ts';
import type { EndpointWatcher } from './endpoint-watcher.ts';

/** What everything in one task's proxy shares. */
export interface ProxyContext {
  readonly watcher: EndpointWatcher;
  readonly policy: Policy;
  /** The task's own address: where connections to other tasks leave from. */
  readonly localAddress: string;
  readonly accessLog: AccessLogConfiguration;
  readonly onEvent: OnServiceConnectEvent | undefined;
  /** Monotonic, in milliseconds. */
  nowMs(): number;
  /** In [0, 1). */
  random(): number;
}
