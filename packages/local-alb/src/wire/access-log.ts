/** What the access log says of one request. Times in milliseconds; `undefined` where AWS writes `-` or -1. */
export interface AccessLogRecord {
  readonly type: 'http' | 'https' | 'h2' | 'ws' | 'wss';
  /** Milliseconds since 1970: when the response had been sent, when the request arrived. */
  readonly respondedAtMs: number;
  readonly createdAtMs: number;
  /** `app/<name>/<id>`. */
  readonly loadBalancer: string;
  readonly client: string;
  readonly target: string | undefined;
  readonly requestProcessingMs: number | undefined;
  readonly targetProcessingMs: number | undefined;
  readonly responseProcessingMs: number | undefined;
  readonly status: number;
  readonly targetStatus: number | undefined;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly method: string;
  /** With protocol, host and port. */
  readonly url: string;
  readonly version: number;
  readonly userAgent: string | undefined;
  readonly tlsCipher: string | undefined;
  readonly tlsProtocol: string | undefined;
  readonly targetGroupArn: string | undefined;
  readonly traceId: string | undefined;
  readonly serverName: string | undefined;
  readonly certificateArn: string | undefined;
  readonly rulePriority: number | 'default' | undefined;
  readonly actions: readonly string[];
  readonly redirectUrl: string | undefined;
  readonly errorReason: string | undefined;
  readonly classification: string | undefined;
  readonly classificationReason: string | undefined;
  readonly connectionTraceId: string;
  readonly transformedHost: string | undefined;
  readonly transformedUri: string | undefined;
  readonly transformStatus: string | undefined;
}

const USER_AGENT_CHARACTERS_MAX = 8192;

/** One line of the access log: 33 fields. AWS source: "Access logs for your Application Load Balancer". */
export function printAccessLogLine(record: AccessLogRecord): string {
  const { rulePriority: rule } = record;
  return [
    record.type,
    instant(record.respondedAtMs),
    record.loadBalancer,
    record.client,
    record.target ?? '-',
    seconds(record.requestProcessingMs),
    seconds(record.targetProcessingMs),
    seconds(record.responseProcessingMs),
    record.status,
    record.targetStatus ?? '-',
    record.receivedBytes,
    record.sentBytes,
    quoted(`${record.method || '-'} ${record.url} ${record.version === 0 ? '-' : printVersion(record)}`),
    quoted(record.userAgent?.slice(0, USER_AGENT_CHARACTERS_MAX)),
    record.tlsCipher ?? '-',
    record.tlsProtocol ?? '-',
    record.targetGroupArn ?? '-',
    quoted(record.traceId),
    quoted(record.serverName),
    quoted(record.certificateArn),
    rule === undefined ? '-' : rule === 'default' ? 0 : rule,
    instant(record.createdAtMs),
    quoted(record.actions.join(',') || undefined),
    quoted(record.redirectUrl),
    quoted(record.errorReason),
    quoted(record.target),
    quoted(record.targetStatus?.toString()),
    quoted(record.classification),
    quoted(record.classificationReason),
    record.connectionTraceId,
    quoted(record.transformedHost),
    quoted(record.transformedUri),
    quoted(record.transformStatus),
  ].join(' ');
}

function printVersion(record: AccessLogRecord): string {
  if (record.type === 'h2') return 'HTTP/2.0';
  if (record.version === 9) return 'HTTP/0.9';
  return record.version === 10 ? 'HTTP/1.0' : 'HTTP/1.1';
}

/** ISO 8601 with microseconds, which a double of milliseconds carries. */
function instant(epochMs: number): string {
  const micros = Math.floor((epochMs - Math.floor(epochMs)) * 1000);
  return `${new Date(epochMs).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '-1' : (ms / 1000).toFixed(3);
}

/** In quotes; what would end or forge the line is escaped as `\xNN`. */
function quoted(value: string | undefined): string {
  if (value === undefined) return '"-"';
  // oxlint-disable-next-line no-control-regex
  return `"${value.replaceAll(/[\x00-\x1f"\\\x7f-\xff]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)}"`;
}
