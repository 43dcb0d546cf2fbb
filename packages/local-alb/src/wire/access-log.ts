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
  const priority = rule === undefined ? '-' : rule === 'default' ? 0 : rule;
  const times = `${seconds(record.requestProcessingMs)} ${seconds(record.targetProcessingMs)} ${seconds(record.responseProcessingMs)}`;
  const version = record.version === 0 ? '-' : printVersion(record);
  const list = (value: string | number | undefined): string => (value === undefined ? '"-"' : `"${value}"`);
  return (
    `${record.type} ${instant(record.respondedAtMs)} ${record.loadBalancer} ${record.client} ${record.target ?? '-'} ${times} ` +
    `${record.status} ${record.targetStatus ?? '-'} ${record.receivedBytes} ${record.sentBytes} ` +
    `${quoted(`${record.method || '-'} ${record.url} ${version}`)} ` +
    `${quoted(record.userAgent?.slice(0, USER_AGENT_CHARACTERS_MAX))} ` +
    `${record.tlsCipher ?? '-'} ${record.tlsProtocol ?? '-'} ${record.targetGroupArn ?? '-'} ${quoted(record.traceId)} ` +
    `${quoted(record.serverName)} ${quoted(record.certificateArn)} ${priority} ${instant(record.createdAtMs)} ` +
    `${quoted(record.actions.join(',') || undefined)} ${quoted(record.redirectUrl)} ${quoted(record.errorReason)} ` +
    `${list(record.target)} ${list(record.targetStatus)} ` +
    `${list(record.classification)} ${list(record.classificationReason)} ${record.connectionTraceId} ` +
    `${quoted(record.transformedHost)} ${quoted(record.transformedUri)} ${quoted(record.transformStatus)}`
  );
}

function printVersion(record: AccessLogRecord): string {
  if (record.type === 'h2') return 'HTTP/2.0';
  if (record.version === 9) return 'HTTP/0.9';
  return record.version === 10 ? 'HTTP/1.0' : 'HTTP/1.1';
}

let lastSecond = -1;
let lastPrefix = '';

/** ISO 8601 with microseconds, which a double of milliseconds carries. */
function instant(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastPrefix = new Date(second * 1000).toISOString().slice(0, 20);
  }
  const micros = Math.floor((epochMs - second * 1000) * 1000);
  return `${lastPrefix}${digits(Math.floor(micros / 1000))}${digits(micros % 1000)}Z`;
}

/** Three digits. */
function digits(value: number): string {
  return value > 99 ? String(value) : value > 9 ? `0${value}` : `00${value}`;
}

/** With three decimals. */
function seconds(ms: number | undefined): string {
  if (ms === undefined) return '-1';
  const whole = Math.floor(ms / 1000);
  return `${whole}.${digits(Math.floor(ms - whole * 1000))}`;
}

// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\x00-\x1f"\\\x7f-\xff]/;

/** In quotes; what would end or forge the line is escaped as `\xNN`. */
function quoted(value: string | undefined): string {
  if (value === undefined) return '"-"';
  if (!UNSAFE.test(value)) return `"${value}"`;
  const escape = (c: string): string => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
  return `"${value.replaceAll(new RegExp(UNSAFE, 'g'), escape)}"`;
}
