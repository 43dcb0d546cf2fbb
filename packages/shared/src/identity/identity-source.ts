import { setTimeout as wait } from 'node:timers/promises';
import { wordsOf } from '../errors.ts';
import { getJson } from '../http/get-json.ts';
import { identityOfMetadata } from './identity.ts';
import type { Identity } from './identity.ts';

export interface IdentitySourceOptions {
  readonly service: string;
  /** `ECS_CONTAINER_METADATA_URI_V4`; empty outside of ECS. */
  readonly metadataUri: string;
  /** The address to name when there is no metadata. */
  readonly fallbackAddress: string;
  readonly timeoutMs?: number;
  /** How long a first answer is tried for, before there is a fallback. Default 0: the first failure gives one. */
  readonly patienceMs?: number;
  readonly now?: () => number;
}

const ASK_AGAIN_AFTER_MS = 500;
const TRY_AGAIN_AFTER_MS = 50;

/** Gives the identity: asked once, then kept. A failure is answered with a fallback for half a second, then asked again. */
export type IdentitySource = () => Promise<Identity>;

export function buildIdentitySource(options: IdentitySourceOptions): IdentitySource {
  const { service, metadataUri, fallbackAddress, timeoutMs = 3000, now = () => performance.now() } = options;
  const patienceEndMs = now() + (options.patienceMs ?? 0);
  const fallback = (taskId: string, source: string): Identity => ({
    service,
    taskId,
    taskDefinition: 'none',
    cluster: 'none',
    zone: 'unknown',
    address: fallbackAddress,
    source,
  });
  if (metadataUri === '') {
    const byHand = fallback(
      'by-hand',
      'none: ECS_CONTAINER_METADATA_URI_V4 is not set, so this process is not an ECS task',
    );
    return async () => byHand;
  }
  let known: Promise<Identity> | undefined;
  let askAgainAtMs = Number.POSITIVE_INFINITY;
  const ask = async (): Promise<Identity> => {
    try {
      const identity = identityOfMetadata(await getJson(`${metadataUri}/task`, { timeoutMs }), service);
      if (identity !== undefined) return identity;
      throw new Error('The answer has no TaskARN.');
    } catch (error) {
      if (now() < patienceEndMs) {
        await wait(TRY_AGAIN_AFTER_MS);
        return await ask();
      }
      askAgainAtMs = now() + ASK_AGAIN_AFTER_MS;
      return fallback('unknown', `none: the task metadata endpoint failed: ${wordsOf(error)}`);
    }
  };
  return async () => {
    if (now() >= askAgainAtMs) {
      known = undefined;
      askAgainAtMs = Number.POSITIVE_INFINITY;
    }
    return await (known ??= ask());
  };
}
