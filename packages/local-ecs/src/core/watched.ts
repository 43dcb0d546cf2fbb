/**
 * What is known of a service's containers from outside: which addresses its name has, and what each answers. Something else
 * starts and stops them; this says what that means for the tasks that they are.
 */
export type Phase =
  /** Its address is known, and nothing answers there yet. */
  | 'starting'
  | 'running'
  /** It said that it takes no new requests: it has been told to stop. */
  | 'draining'
  /** Nothing answers there any more, though the name still has the address: ended, and perhaps to be started again. */
  | 'ended';

/** What a health check met: 503 is `draining`, any other wrong answer `failing`; nobody there `refused`, no answer in time `silent`. */
export type Probe = 'serving' | 'draining' | 'failing' | 'refused' | 'silent';

export type Sight =
  /** All addresses that the service's name has. */
  | { readonly kind: 'names'; readonly addresses: readonly string[] }
  | { readonly kind: 'probe'; readonly address: string; readonly probe: Probe }
  /** Its process asks for something, which it may do before it answers anything itself. */
  | { readonly kind: 'caller'; readonly address: string };

/** By address. */
export type Watched = ReadonlyMap<string, Phase>;

/** For each address in turn: `appeared`, `listens`, `drains`, `gone`; those between the first and the last may be missing. */
export interface Change {
  readonly kind: 'appeared' | 'listens' | 'drains' | 'gone';
  readonly address: string;
}

export interface Observed {
  readonly watched: Watched;
  readonly changes: readonly Change[];
}

export function observe(watched: Watched, sight: Sight): Observed {
  switch (sight.kind) {
    case 'names':
      return observeNames(watched, sight.addresses);
    case 'probe':
      return observeProbe(watched, sight);
    case 'caller':
      return observeCaller(watched, sight.address);
  }
}

function observeCaller(watched: Watched, address: string): Observed {
  if (watched.get(address) !== 'ended') return { watched, changes: [] };
  return { watched: new Map(watched).set(address, 'starting'), changes: [{ kind: 'appeared', address }] };
}

function observeNames(watched: Watched, addresses: readonly string[]): Observed {
  const lost = [...watched].filter(([address]) => !addresses.includes(address));
  const found = [...new Set(addresses)].filter((address) => !watched.has(address));
  const kept = [...watched].filter(([address]) => addresses.includes(address));
  return {
    watched: new Map([...kept, ...found.map((address) => [address, 'starting'] as const)]),
    changes: [
      ...lost.flatMap(([address, phase]) => (phase === 'ended' ? [] : [{ kind: 'gone', address } as const])),
      ...found.map((address) => ({ kind: 'appeared', address }) as const),
    ],
  };
}

function observeProbe(watched: Watched, { address, probe }: Extract<Sight, { kind: 'probe' }>): Observed {
  const phase = watched.get(address);
  const to = (next: Phase, ...kinds: readonly Change['kind'][]): Observed => ({
    watched: new Map(watched).set(address, next),
    changes: kinds.map((kind) => ({ kind, address })),
  });
  const answers = probe === 'serving' || probe === 'failing';
  switch (phase) {
    case 'starting':
      if (answers) return to('running', 'listens');
      break;
    case 'running':
      if (probe === 'draining') return to('draining', 'drains');
      if (probe === 'refused') return to('ended', 'gone');
      break;
    case 'draining':
      if (probe === 'refused') return to('ended', 'gone');
      // It stopped and started again between two looks.
      if (probe === 'serving') return to('running', 'gone', 'appeared', 'listens');
      break;
    case 'ended':
      if (answers) return to('running', 'appeared', 'listens');
      break;
    case undefined:
  }
  return { watched, changes: [] };
}
