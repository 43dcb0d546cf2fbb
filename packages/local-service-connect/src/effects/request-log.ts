import { accessLogLine, type AccessLogEntry } from '../wire/access-log.ts';
import type { RequestHead } from '../wire/headers.ts';
import type { ProxyContext } from './context.ts';
import type { Upstream, UpstreamHost } from './upstream.ts';

/** What a request's own code knows of it at its end. */
export interface RequestOutcome {
  readonly method: string;
  readonly path: string;
  readonly protocol: string;
  readonly responseCode: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly upstreamServiceTimeMs: number | undefined;
}

/** Begins a request's record; the returned function ends it, and tells it if anybody listens. */
export function openRecord(
  context: ProxyContext,
  upstream: Upstream,
  head: RequestHead,
): (tried: readonly UpstreamHost[], outcome: RequestOutcome) => void {
  const { onEvent, accessLog } = context;
  if (onEvent === undefined) return () => {};
  const startTime = new Date();
  const startedMs = context.nowMs();
  return (tried, { upstreamServiceTimeMs, ...outcome }) => {
    const upstreamHost = tried.at(-1)?.key;
    const entry: AccessLogEntry = {
      startTime,
      ...outcome,
      durationMs: context.nowMs() - startedMs,
      requestId: head.requestId,
      ...(upstreamServiceTimeMs === undefined ? {} : { upstreamServiceTimeMs }),
      ...(head.forwardedFor === undefined ? {} : { forwardedFor: head.forwardedFor }),
      ...(head.userAgent === undefined ? {} : { userAgent: head.userAgent }),
      ...(head.host === undefined ? {} : { authority: head.host }),
      ...(upstreamHost === undefined ? {} : { upstreamHost }),
    };
    onEvent({
      kind: 'request',
      endpoint: upstream.endpoint.dnsName,
      attempts: tried.length,
      line: accessLogLine(entry, accessLog),
      ...entry,
    });
  };
}
