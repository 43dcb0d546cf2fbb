import type { Resolver } from '../effects/forward.ts';

/** Reads what `dns.getServers()` writes: an address, and its port where that is not 53: `10.0.0.2:5353`, `[::1]:5353`. */
export function parseResolver(text: string): Resolver {
  const [, v6, v4, port] = /^(?:\[(.+)\]|([\d.]+)):(\d+)$/.exec(text) ?? [];
  return { host: v6 ?? v4 ?? text, port: Number(port ?? 53) };
}
