/** What whoever deploys may choose, as CDK context: `cdk deploy -c nat=none -c endpoints=interface`. */
export interface Switches {
  readonly zones: number;
  readonly nat: 'none' | 'one' | 'per-zone';
  readonly endpoints: 'gateway' | 'interface';
  readonly architecture: 'x86_64' | 'arm64';
  readonly domainName?: string;
  readonly hostedZoneId?: string;
  readonly certificateArn?: string;
  readonly deletionProtection: boolean;
  readonly alarmEmail?: string;
  readonly docsUrl?: string;
  readonly reachability: boolean;
  readonly networkModes: boolean;
  readonly targetTls: boolean;
  readonly serviceConnectTls: boolean;
}

/** One choice: what it means in a sentence for a help text, and how its words become a value. */
interface SwitchDescription<T> {
  readonly help: string;
  /** What may be written, in words. */
  readonly values: string;
  /** `undefined`: the value is not allowed. */
  readonly parse: (text: string) => T | undefined;
}

type Descriptions = { readonly [K in keyof Switches]-?: SwitchDescription<NonNullable<Switches[K]>> };

export const switchDescriptions: Descriptions = {
  zones: {
    help: 'Availability zones; to have fewer than are deployed, destroy first.',
    values: '2 or 3',
    parse: (text) => (text === '2' || text === '3' ? Number(text) : undefined),
  },
  nat: {
    ...oneOf('none', 'one', 'per-zone'),
    help: 'NAT gateways; none needs endpoints=interface, which it sets.',
  },
  endpoints: {
    ...oneOf('gateway', 'interface'),
    help: 'VPC endpoints: for S3 and DynamoDB only, which are free, or for everything that a task needs.',
  },
  architecture: { ...oneOf('x86_64', 'arm64'), help: 'What images are built for and tasks run on.' },
  domainName: {
    ...matching(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'a name such as lab.example.com'),
    help: 'Serve HTTPS under this name; needs hostedZoneId or certificateArn.',
  },
  hostedZoneId: {
    ...matching(/^Z[A-Z0-9]{1,31}$/, 'an id such as Z0123456789ABCDEFGHIJ'),
    help: 'Public Route 53 zone of domainName: the certificate and the alias record are made in it.',
  },
  certificateArn: {
    ...matching(/^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, 'the ARN of an ACM certificate'),
    help: 'Serve HTTPS with this certificate instead of a new one; needs domainName, a name that it covers.',
  },
  deletionProtection: { ...boolean(), help: 'Refuse to delete the load balancer.' },
  alarmEmail: {
    ...matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an address'),
    help: 'Send alarms there, after the address confirmed that it wants them.',
  },
  docsUrl: {
    ...matching(/^https:\/\/[^\s?#]+$/, 'an address that begins with https://'),
    help: 'Where the folder docs of your copy is read in a browser: alarms and the dashboard link there, instead of naming a file.',
  },
  reachability: {
    ...boolean(),
    help: 'Define Reachability Analyzer paths; each analysis that you start costs 0.10 USD.',
  },
  networkModes: {
    ...boolean(),
    help: 'Run the worker on EC2 instances, too: in bridge and host mode, behind a Network and a Classic Load Balancer.',
  },
  targetTls: {
    ...boolean(),
    help: 'Encrypt between load balancer and tasks, with certificates that the tasks make at start; costs nothing.',
  },
  serviceConnectTls: {
    ...boolean(),
    help: 'Encrypt calls through Service Connect, with a private CA of its own: 50 USD a month in short-lived mode (400 in general-purpose mode, which the lab does not need) and 0.058 USD per certificate.',
  },
};

const switchNames = Object.keys(switchDescriptions) as (keyof Switches)[];

/** A choice that cannot be followed: one sentence that says what to do. */
export class SwitchError extends Error {
  readonly code: 'INFRA_SWITCH_UNKNOWN' | 'INFRA_SWITCH_INVALID' | 'INFRA_SWITCHES_CONTRADICT';

  constructor(code: SwitchError['code'], message: string) {
    super(message);
    this.name = 'SwitchError';
    this.code = code;
  }
}

/**
 * Reads the choices out of a CDK context. Keys with a `:` or a `/` are the CDK's own and are left alone.
 *
 * @throws SwitchError for an unknown key, a value that is not allowed and choices that exclude each other.
 */
export function parseSwitches(context: Readonly<Record<string, unknown>>): Switches {
  const unknown = Object.keys(context).find((key) => !isOfTheCdk(key) && !Object.hasOwn(switchDescriptions, key));
  if (unknown !== undefined) {
    throw new SwitchError(
      'INFRA_SWITCH_UNKNOWN',
      `There is no switch "${unknown}": use one of ${switchNames.join(', ')}.`,
    );
  }
  const given = Object.fromEntries(
    switchNames.flatMap((name) => (context[name] === undefined ? [] : [[name, parsed(name, context[name])]])),
  ) as Partial<Switches>;
  refuseContradictions(given);
  return {
    zones: 2,
    nat: 'one',
    endpoints: given.nat === 'none' ? 'interface' : 'gateway',
    architecture: 'x86_64',
    deletionProtection: false,
    reachability: false,
    networkModes: false,
    targetTls: false,
    serviceConnectTls: false,
    ...given,
  };
}

function parsed(name: keyof Switches, value: unknown): unknown {
  const { parse, values } = switchDescriptions[name];
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const result = parse(text);
  if (result !== undefined) return result;
  throw new SwitchError('INFRA_SWITCH_INVALID', `The switch "${name}" cannot be "${text}": use ${values}.`);
}

function refuseContradictions({ nat, endpoints, domainName, hostedZoneId, certificateArn }: Partial<Switches>): void {
  const refuse = (message: string): never => {
    throw new SwitchError('INFRA_SWITCHES_CONTRADICT', message);
  };
  if (nat === 'none' && endpoints === 'gateway') {
    refuse('With nat=none tasks reach AWS through interface endpoints only: leave endpoints out or use interface.');
  }
  if (domainName !== undefined && hostedZoneId === undefined && certificateArn === undefined) {
    refuse(`The domain ${domainName} needs a certificate: add hostedZoneId, or certificateArn of one you have.`);
  }
  if (certificateArn !== undefined && domainName === undefined) {
    refuse('No certificate covers the load balancer’s own name: add domainName, a name that certificateArn is for.');
  }
  if (hostedZoneId !== undefined && domainName === undefined) {
    refuse(`The zone ${hostedZoneId} is of no use without a name in it: add domainName.`);
  }
}

function isOfTheCdk(key: string): boolean {
  return /[:/]/.test(key) || key === 'acknowledged-issue-numbers' || key === 'cli-telemetry' || key === 'notices';
}

function oneOf<const T extends string>(...allowed: T[]): Omit<SwitchDescription<T>, 'help'> {
  return { values: allowed.join(' or '), parse: (text) => allowed.find((each) => each === text) };
}

function boolean(): Omit<SwitchDescription<boolean>, 'help'> {
  return {
    values: 'true or false',
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  };
}

function matching(pattern: RegExp, values: string): Omit<SwitchDescription<string>, 'help'> {
  return { values, parse: (text) => (text.length <= 253 && pattern.test(text) ? text : undefined) };
}
