/** One request, as Service Connect's access log shows it. Absent values are logged as `-` (TEXT) or null (JSON). */
export interface AccessLogEntry {
  readonly startTime: Date;
  readonly method: string;
  /** With the query; the log drops it unless `includeQueryParameters`. */
  readonly path: string;
  readonly protocol: string;
  /** 0: the client went away before there was a response. */
  readonly responseCode: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly durationMs: number;
  readonly upstreamServiceTimeMs?: number;
  readonly forwardedFor?: string;
  readonly userAgent?: string;
  readonly requestId?: string;
  readonly authority?: string;
  readonly upstreamHost?: string;
}

/** As in an ECS service's `accessLogConfiguration`. */
export interface AccessLogConfiguration {
  readonly format: 'TEXT' | 'JSON';
  readonly includeQueryParameters: boolean;
}

export const defaultAccessLog: AccessLogConfiguration = { format: 'TEXT', includeQueryParameters: false };

/** A line of the access log in the formats of the ECS developer guide, "Service Connect access logs", without a line end. */
export function accessLogLine(entry: AccessLogEntry, configuration: AccessLogConfiguration): string {
  const path = configuration.includeQueryParameters ? entry.path : withoutQuery(entry.path);
  return configuration.format === 'JSON' ? jsonLine(entry, path) : textLine(entry, path);
}

function textLine(entry: AccessLogEntry, path: string): string {
  return [
    `[${entry.startTime.toISOString()}]`,
    `"${entry.method} ${path} ${entry.protocol}"`,
    entry.responseCode,
    entry.bytesReceived,
    entry.bytesSent,
    Math.round(entry.durationMs),
    entry.upstreamServiceTimeMs ?? '-',
    quoted(entry.forwardedFor),
    quoted(entry.userAgent),
    quoted(entry.requestId),
    quoted(entry.authority),
    quoted(entry.upstreamHost),
  ].join(' ');
}

function jsonLine(entry: AccessLogEntry, path: string): string {
  return JSON.stringify({
    start_time: entry.startTime.toISOString(),
    method: entry.method,
    path,
    protocol: entry.protocol,
    response_code: entry.responseCode,
    bytes_received: entry.bytesReceived,
    bytes_sent: entry.bytesSent,
    duration_ms: Math.round(entry.durationMs),
    upstream_service_time: entry.upstreamServiceTimeMs ?? null,
    forwarded_for: entry.forwardedFor ?? null,
    user_agent: entry.userAgent ?? null,
    request_id: entry.requestId ?? null,
    authority: entry.authority ?? null,
    upstream_host: entry.upstreamHost ?? null,
  });
}

function quoted(value: string | undefined): string {
  return `"${value ?? '-'}"`;
}

function withoutQuery(path: string): string {
  const mark = path.indexOf('?');
  return mark === -1 ? path : path.slice(0, mark);
}
