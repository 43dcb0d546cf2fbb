import type { AccessLogEntry } from './wire/access-log.ts';

/** What a proxy tells. `endpoint` is the alias's name, `host` a task's `address:port`. */
export type ServiceConnectEvent =
  | RequestEvent
  | { readonly kind: 'host-ejected'; readonly endpoint: string; readonly host: string; readonly forMs: number }
  | { readonly kind: 'host-returned'; readonly endpoint: string; readonly host: string }
  | {
      readonly kind: 'hosts-changed';
      readonly endpoint: string;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    };

/** One request, or for a `tcp` endpoint one connection. `line` is the access log's line. */
export interface RequestEvent extends AccessLogEntry {
  readonly kind: 'request';
  readonly endpoint: string;
  readonly attempts: number;
  readonly line: string;
}

export type OnServiceConnectEvent = (event: ServiceConnectEvent) => void;
