import type { Rule } from '@switchyard/blueprint';
import type { TargetGroupState } from '../core/target-group-state.ts';
import type { Target } from '../core/target.ts';
import type { Transformed } from '../core/transform.ts';
import { RequestEvent } from '../events.ts';
import type { OwnAnswer } from '../wire/error-pages.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { Client } from './client.ts';

/** What is known of a request besides its head. */
export interface RequestNotes {
  readonly rule?: Rule;
  readonly actions?: readonly string[];
  readonly redirectUrl?: string;
  readonly targetGroup?: TargetGroupState | undefined;
  readonly target?: Target;
  readonly traceId?: string;
  readonly errorReason?: string | undefined;
  readonly transformed?: Transformed | undefined;
  /** Why the load balancer answers by itself. */
  readonly reason?: string | undefined;
}

/** How far a request has got. Times in milliseconds on the monotonic clock, 0 where it has not got that far. */
export class RequestProgress {
  readonly createdMs: number;
  dispatchedMs = 0;
  respondedMs = 0;
  receivedBytes: number;
  sentBytes = 0;
  targetStatus = 0;
  websocket = false;

  constructor(createdMs: number, receivedBytes: number) {
    this.createdMs = createdMs;
    this.receivedBytes = receivedBytes;
  }
}

/** Tells of an answer that the load balancer gave by itself. */
export function logOwnAnswer(
  client: Client,
  head: RequestHead,
  own: OwnAnswer,
  sentBytes: number,
  notes: RequestNotes,
): void {
  if (client.runtime.onEvent === undefined) return;
  const progress = new RequestProgress(client.runtime.clock.nowMs(), head.byteLength);
  progress.sentBytes = sentBytes;
  logRequest(client, head, notes, progress, own.statusCode);
}

/** Tells of a request that is over. Costs nothing when nobody listens. */
export function logRequest(
  client: Client,
  head: RequestHead,
  notes: RequestNotes,
  progress: RequestProgress,
  status: number,
): void {
  const { runtime, listener } = client;
  const { onEvent, clock } = runtime;
  if (onEvent === undefined) return;
  const now = clock.nowMs();
  const { createdMs, dispatchedMs, respondedMs } = progress;
  const record = {
    type:
      client.tls?.http2 === true
        ? 'h2'
        : progress.websocket
          ? listener.protocol === 'https'
            ? 'wss'
            : 'ws'
          : listener.protocol,
    respondedAtMs: clock.epochMs(now),
    createdAtMs: clock.epochMs(createdMs),
    loadBalancer: runtime.logName,
    client: `${client.address}:${client.port}`,
    target: notes.target?.key,
    requestProcessingMs: dispatchedMs === 0 ? undefined : dispatchedMs - createdMs,
    targetProcessingMs: respondedMs === 0 ? undefined : respondedMs - dispatchedMs,
    responseProcessingMs: respondedMs === 0 ? undefined : now - respondedMs,
    status,
    targetStatus: progress.targetStatus === 0 ? undefined : progress.targetStatus,
    receivedBytes: progress.receivedBytes,
    sentBytes: progress.sentBytes,
    method: head.method,
    url: urlOf(client, head),
    version: head.method === '' ? 0 : head.version,
    userAgent: head.header('user-agent')[0],
    tlsCipher: client.tls?.cipher,
    tlsProtocol: client.tls?.protocol,
    targetGroupArn: notes.targetGroup?.arn,
    traceId: notes.traceId,
    serverName: client.tls?.serverName,
    certificateArn: client.tls === undefined ? undefined : listener.blueprint.certificateArns[0],
    rulePriority: notes.rule?.priority,
    actions: notes.actions ?? [],
    redirectUrl: notes.redirectUrl,
    errorReason: notes.errorReason,
    classification: head.desyncClass === 'Compliant' ? undefined : head.desyncClass,
    classificationReason: head.desyncReason,
    connectionTraceId: client.traceId,
    transformedHost: notes.transformed?.host,
    transformedUri: notes.transformed?.uri,
    transformStatus: notes.transformed?.status,
  } as const;
  onEvent(
    new RequestEvent(record, {
      listenerPort: listener.blueprint.port,
      path: head.target,
      targetGroup: notes.targetGroup?.name,
      reason: notes.reason,
    }),
  );
}

/** Always with the port, as the access log has it. */
function urlOf(client: Client, head: RequestHead): string {
  if (head.method === '') return '-';
  const { listener, runtime } = client;
  const host = head.host ?? runtime.loadBalancer.dnsName;
  const port = host.lastIndexOf(':') > host.lastIndexOf(']') ? '' : `:${listener.localPort}`;
  const query = head.query === undefined ? '' : `?${head.query}`;
  return `${listener.protocol}://${host}${port}${head.path}${query}`;
}
