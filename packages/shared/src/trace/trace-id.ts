/** The load balancer's request tracing header. */
export const TRACE_HEADER = 'x-amzn-trace-id';

const ROOT = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i;
const HEADER_LENGTH_MAX = 1024;

/** A trace header: the root, and the whole value as it is passed on. */
export interface Trace {
  /** `1-<8 hex: epoch seconds>-<24 hex>` */
  readonly root: string;
  readonly header: string;
}

/**
 * Keeps the trace of an `X-Amzn-Trace-Id` value (`Self=…;Root=…;name=value`), or begins one with the root that `makeRoot` gives
 * when there is none; fields without a root are kept behind the new one.
 * Source: "Request tracing for your Application Load Balancer" in the ELB user guide.
 */
export function traceOf(header: string | undefined, makeRoot: () => string): Trace {
  const value = header === undefined || header.length > HEADER_LENGTH_MAX ? '' : header.trim();
  for (const field of value.split(';')) {
    const equals = field.indexOf('=');
    if (equals > 0 && field.slice(0, equals).trim() === 'Root') {
      const root = field.slice(equals + 1).trim();
      if (ROOT.test(root)) return { root, header: value };
    }
  }
  const root = makeRoot();
  const kept = value.split(';').filter((field) => /^[\w-]+=[\w.:-]+$/.test(field) && !field.startsWith('Root='));
  return { root, header: [`Root=${root}`, ...kept].join(';') };
}

/** A new root of the given time and 24 hexadecimal digits of randomness. */
export function traceRoot(epochSeconds: number, random24Hex: string): string {
  return `1-${Math.floor(epochSeconds).toString(16).padStart(8, '0')}-${random24Hex}`;
}
