import { labErrors } from './errors.ts';

/**
 * The lab's fixed addresses, each with the flag and the environment variable that override it. One table, so that the
 * help, the errors about taken ports and the code agree.
 */
export interface Setting {
  readonly flag: string;
  readonly variable: string;
  readonly defaultPort: number;
  /** What listens there, in words. */
  readonly what: string;
}

export const portSettings = {
  http: { flag: '--port', variable: 'SWITCHYARD_PORT', defaultPort: 8080, what: 'the load balancer (HTTP)' },
  https: {
    flag: '--https-port',
    variable: 'SWITCHYARD_HTTPS_PORT',
    defaultPort: 8443,
    what: 'the load balancer (HTTPS)',
  },
  endpoint: {
    flag: '--endpoint-port',
    variable: 'SWITCHYARD_ENDPOINT_PORT',
    defaultPort: 4566,
    what: 'the AWS API endpoint',
  },
  dns: { flag: '--dns-port', variable: 'SWITCHYARD_DNS_PORT', defaultPort: 8053, what: "Cloud Map's DNS" },
} as const satisfies Record<string, Setting>;

export type PortName = keyof typeof portSettings;
export type Ports = Readonly<Record<PortName, number>>;

/** The local address of everything but the tasks. */
export const loopback = '127.0.0.1';

/** The environment variable that points the other verbs at a running lab (or at anything that speaks the same APIs). */
export const endpointVariable = 'SWITCHYARD_ENDPOINT_URL';

/**
 * Port numbers from flags, else from the environment, else the defaults. Port 0 takes a free port.
 * @throws LabError LAB_PORT_INVALID, LAB_PORTS_EQUAL
 */
export function portsOf(
  flags: { readonly [name in PortName]?: string | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): Ports {
  const portOf = (name: PortName): number => {
    const { flag, variable, defaultPort } = portSettings[name];
    const fromFlag = flags[name];
    const text = fromFlag ?? environment[variable];
    if (text === undefined || text === '') return defaultPort;
    const port = Number(text);
    if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
    throw labErrors.portInvalid(fromFlag === undefined ? variable : flag, text);
  };
  const ports = { http: portOf('http'), https: portOf('https'), endpoint: portOf('endpoint'), dns: portOf('dns') };
  requireDifferent(ports);
  return ports;
}

function requireDifferent(ports: Ports): void {
  const taken = new Map<number, PortName>();
  for (const name of Object.keys(portSettings) as PortName[]) {
    const other = taken.get(ports[name]);
    if (ports[name] !== 0 && other !== undefined)
      throw labErrors.portsEqual(ports[name], portSettings[other], portSettings[name]);
    taken.set(ports[name], name);
  }
}
