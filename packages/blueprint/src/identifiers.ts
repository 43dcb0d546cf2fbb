import { createHash } from 'node:crypto';

/** Where the lab pretends to be. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly availabilityZones: readonly string[];
}

/** `length` hexadecimal digits, always the same for the same seed: `subnet-0…` and the ids in load balancers' ARNs. */
export function hexId(seed: string, length: number): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, length);
}

/** `length` lower-case letters and digits, as in Cloud Map's `srv-` and `ns-` ids. */
export function wordId(seed: string, length: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  const digest = createHash('sha256').update(seed).digest();
  return Array.from(digest.subarray(0, length), (byte) => alphabet.charAt(byte % 32)).join('');
}

/** `length` decimal digits, as in load balancers' DNS names. */
export function decimalId(seed: string, length: number): string {
  return BigInt(`0x${hexId(seed, 24)}`)
    .toString()
    .slice(0, length);
}

export function arnOf(place: Place, service: string, resource: string): string {
  return `arn:${place.partition}:${service}:${place.region}:${place.accountId}:${resource}`;
}
