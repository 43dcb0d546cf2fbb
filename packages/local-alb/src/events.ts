import { type AccessLogRecord, printAccessLogLine } from './wire/access-log.ts';

/** What the load balancer tells whoever started it. */
export type AlbEvent = RequestEvent | TargetHealthEvent;

/** A request that has been answered (or given up). The structured fields of the access log, and the line itself. */
export class RequestEvent {
  readonly kind = 'request';
  /** The listener's port in the blueprint. */
  readonly listenerPort: number;
  readonly method: string;
  /** As the access log writes it: with protocol, host and port. */
  readonly url: string;
  /** As the client sent it. */
  readonly path: string;
  readonly status: number;
  readonly targetStatus: number | undefined;
  /** `ip:port`. */
  readonly target: string | undefined;
  /** Its name in the blueprint. */
  readonly targetGroup: string | undefined;
  readonly rulePriority: number | 'default' | undefined;
  /** From the request's arrival to the response's last byte. */
  readonly ms: number;
  readonly traceId: string | undefined;
  /** Why the load balancer answered by itself, in words; absent otherwise. */
  readonly reason: string | undefined;
  readonly record: AccessLogRecord;

  constructor(
    record: AccessLogRecord,
    more: {
      readonly listenerPort: number;
      readonly path: string;
      readonly targetGroup: string | undefined;
      readonly reason: string | undefined;
    },
  ) {
    this.record = record;
    this.listenerPort = more.listenerPort;
    this.path = more.path;
    this.targetGroup = more.targetGroup;
    this.reason = more.reason;
    this.method = record.method;
    this.url = record.url;
    this.status = record.status;
    this.targetStatus = record.targetStatus;
    this.target = record.target;
    this.rulePriority = record.rulePriority;
    this.ms = record.respondedAtMs - record.createdAtMs;
    this.traceId = record.traceId;
  }

  /** The access log line; printed when it is asked for. */
  get line(): string {
    return printAccessLogLine(this.record);
  }
}

/** A target has changed its state, or the reason for it. */
export interface TargetHealthEvent {
  readonly kind: 'target-health';
  /** Its name in the blueprint. */
  readonly targetGroup: string;
  /** `ip:port`. */
  readonly target: string;
  readonly from: string;
  readonly to: string;
  /** ELBv2's reason code, such as `Target.ResponseCodeMismatch`; absent when healthy. */
  readonly reason: string | undefined;
  readonly description: string | undefined;
}
