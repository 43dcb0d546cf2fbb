/**
 * Gives tasks their addresses: as awsvpc does from a subnet, and as the laptop has them on its loopback interface.
 */

const RESERVED_AT_START = 4;
const RESERVED_AT_END = 1;

/** An IPv4 block as numbers: its first address and how many it holds. */
export interface Cidr {
  readonly first: number;
  readonly size: number;
}

/** Reads `10.10.0.0/24`. Throws a `TypeError` that quotes the text when it is not an IPv4 block. */
export function parseCidr(text: string): Cidr {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const octets = match?.slice(1, 5).map(Number) ?? [];
  const prefix = Number(match?.[5]);
  if (match === null || octets.some((octet) => octet > 255) || prefix > 32) {
    throw new TypeError(`${JSON.stringify(text)} is not an IPv4 address block; write it like 10.10.0.0/24.`);
  }
  const size = 2 ** (32 - prefix);
  const address = numberOf(octets);
  return { first: address - (address % size), size };
}

/** `10.10.0.4` for 168427524. */
export function addressOf(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** `10.10.0.200` for 200 in 10.10.0.0/24. */
export function addressInSubnet(cidrBlock: string, offset: number): string {
  return addressOf(parseCidr(cidrBlock).first + offset);
}

/**
 * The next address of a subnet that no task holds, searching upwards from the one given last so that an address is not
 * reused while somebody may still remember its last holder. AWS keeps the first four addresses of a subnet and the last one.
 * `undefined` when the subnet is full.
 */
export function nextFreeAddress(cidrBlock: string, taken: ReadonlySet<string>, lastGiven?: string): string | undefined {
  const { first, size } = parseCidr(cidrBlock);
  const usable = size - RESERVED_AT_START - RESERVED_AT_END;
  const lastOffset =
    lastGiven === undefined ? -1 : numberOf(lastGiven.split('.').map(Number)) - first - RESERVED_AT_START;
  for (let step = 1; step <= usable; step += 1) {
    const address = addressOf(first + RESERVED_AT_START + ((lastOffset + step) % usable));
    if (!taken.has(address)) return address;
  }
  return undefined;
}

/** Where an address of the VPC lives on this machine: `10.10.1.4` is `127.<octet>.1.4`. */
export function loopbackAddressOf(address: string, addressOctet: number): string {
  const [, , third, fourth] = address.split('.');
  return `127.${addressOctet}.${third}.${fourth}`;
}

/** Each task that there is at once has a block of its own for its proxy: {@link serviceConnectAddressOf}. */
export const TASKS_MAX = 256;

/**
 * The address on which a task's Service Connect proxy listens for its `alias`th alias (from 1). ECS uses 127.255.0.0/16 in
 * every task; here all tasks share one loopback interface, so each task has its own block of it: `127.255.<task>.<alias>` for
 * address octet 10, and the next block downwards for each further lab.
 */
export function serviceConnectAddressOf(taskIndex: number, alias: number, addressOctet: number): string {
  return `127.${265 - addressOctet}.${taskIndex}.${alias}`;
}

function numberOf(octets: readonly number[]): number {
  return octets.reduce((value, octet) => value * 256 + octet, 0);
}
