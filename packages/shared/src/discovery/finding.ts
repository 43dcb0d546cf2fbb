/** One place that a request can go to. */
export interface Target {
  /** `127.10.11.3:3000`, or an alias and port for Service Connect. */
  readonly address: string;
  readonly origin: string;
}

/** What a mechanism found out: where to go, and the account of it for the journey. */
export interface Finding {
  /** The preferred ones first; never empty. */
  readonly targets: readonly Target[];
  /** How many of the targets are preferred: requests rotate over those, the rest are for retries. */
  readonly preferred: number;
  readonly account: Account;
}

/** How another service was found, before one of the targets was picked. */
export type Account = DnsAccount | ApiAccount | AliasAccount;

interface DnsAccount {
  readonly by: 'cloud-map-dns';
  readonly name: string;
  readonly recordType: 'A' | 'SRV';
  readonly ttlSeconds: number;
  readonly answers: readonly string[];
}

interface ApiAccount {
  readonly by: 'cloud-map-api';
  readonly namespace: string;
  readonly service: string;
  readonly revision: number;
  readonly instances: readonly InstanceAccount[];
  /** Why these instances are preferred, in words. */
  readonly preference: string;
}

export interface InstanceAccount {
  readonly id: string;
  readonly address: string;
  readonly zone: string;
  readonly health: string;
}

interface AliasAccount {
  readonly by: 'service-connect';
  readonly alias: string;
}

/** Finds the targets of one service by one mechanism. */
export interface Finder {
  /** What is known and fresh, at once; asks again in the background when it is about to expire. */
  current(): Finding | undefined;
  /** What is known and fresh, or else what is found now. */
  find(): Promise<Finding>;
  /** Called when a target could not be reached: what is known may be out of date. */
  doubt(): void;
}
