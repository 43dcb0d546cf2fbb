import type { RedirectAction } from '@switchyard/blueprint';

export interface RedirectedRequest {
  readonly protocol: 'HTTP' | 'HTTPS';
  /** Without a port. */
  readonly host: string;
  readonly port: number;
  /** Begins with `/`. */
  readonly path: string;
  readonly query: string;
}

export const LOCATION_BYTES_MAX = 8192;

/**
 * The `Location` of a redirect action; it always carries a port. `localPortOf` translates a port of the deployed load
 * balancer into the one where that listener answers here; it is not asked about the request's own port.
 *
 * AWS source: "Redirect actions"; captures of real load balancers.
 */
export function locationOf(
  action: RedirectAction,
  request: RedirectedRequest,
  localPortOf: (port: number) => number,
): string {
  const fill = (template: string): string =>
    template.replaceAll(/#\{(protocol|host|port|path|query)\}/g, (_, name: string) => {
      switch (name) {
        case 'protocol':
          return request.protocol.toLowerCase();
        case 'host':
          return request.host;
        case 'port':
          return String(request.port);
        case 'path':
          return request.path.slice(1);
        default:
          return request.query;
      }
    });
  const protocol = fill(action.protocol ?? '#{protocol}').toLowerCase();
  const host = fill(action.host ?? '#{host}');
  const literalPort = action.port !== undefined && /^\d+$/.test(action.port);
  const keepsHost = action.host === undefined || action.host === '#{host}';
  const port = literalPort && keepsHost ? localPortOf(Number(action.port)) : fill(action.port ?? '#{port}');
  const path = fill(action.path ?? '/#{path}');
  const query = fill(action.query ?? '#{query}');
  return `${protocol}://${host}:${port}${path}${query === '' ? '' : `?${query}`}`;
}
