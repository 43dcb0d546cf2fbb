/** Response headers that a listener's attributes add, in place of the target's. */
export interface ListenerResponseHeaders {
  /** Lower case. */
  readonly names: ReadonlySet<string>;
  readonly lines: string;
  /** Whether the load balancer's own answers say `Server: awselb/2.0`. */
  readonly server: boolean;
}

const HEADERS: Readonly<Record<string, string>> = {
  strict_transport_security: 'Strict-Transport-Security',
  access_control_allow_origin: 'Access-Control-Allow-Origin',
  access_control_allow_methods: 'Access-Control-Allow-Methods',
  access_control_allow_headers: 'Access-Control-Allow-Headers',
  access_control_allow_credentials: 'Access-Control-Allow-Credentials',
  access_control_expose_headers: 'Access-Control-Expose-Headers',
  access_control_max_age: 'Access-Control-Max-Age',
  content_security_policy: 'Content-Security-Policy',
  x_content_type_options: 'X-Content-Type-Options',
  x_frame_options: 'X-Frame-Options',
};

/** Reads `routing.http.response.*`. AWS source: "HTTP header modification for your Application Load Balancer". */
export function responseHeadersOf(attributes: Readonly<Record<string, string>>): ListenerResponseHeaders {
  const names = new Set<string>();
  let lines = '';
  for (const [key, name] of Object.entries(HEADERS)) {
    const value = attributes[`routing.http.response.${key}.header_value`];
    if (value === undefined || value === '') continue;
    names.add(name.toLowerCase());
    lines += `${name}: ${value}\r\n`;
  }
  return { names, lines, server: attributes['routing.http.response.server.enabled'] !== 'false' };
}
