import { once } from 'node:events';
import { createServer } from 'node:net';
import { LocalEcsError } from '../errors.ts';

/** Where ECS's own agent listens for introspection; here it marks a block of addresses as in use. */
const CLAIM_PORT = 51_678;
const FIRST_OCTET = 10;
const LAST_OCTET = 41;

/** Listens on an address and a port (0: any), and resolves to what ends that. Rejects as `net` does. */
export type Bind = (address: string, port: number) => Promise<AsyncDisposable>;

/**
 * Makes sure that 127.0.0.0/8 is this machine's, as on Linux and Windows. macOS has only 127.0.0.1: there this throws
 * LOCAL_ECS_LOOPBACK_RANGE_MISSING with what to do.
 */
export async function assertLoopbackRange(bind: Bind = bindSocket): Promise<void> {
  try {
    await using _ = await bind(`127.${FIRST_OCTET}.255.254`, 0);
  } catch (error) {
    throw new LocalEcsError(
      'LOCAL_ECS_LOOPBACK_RANGE_MISSING',
      'This machine has no 127.10.0.0/16 for the tasks (macOS has only 127.0.0.1): run `docker compose up` instead, or start the lab on Linux.',
      { cause: error },
    );
  }
}

/**
 * Takes the block 127.<octet>.0.0/16 for one lab: the given one, or the first free from 10. Another lab on this machine that asks for
 * the same block is told so (LOCAL_ECS_ADDRESSES_TAKEN) until this is disposed.
 */
export async function claimAddresses(
  wanted: number | undefined,
  bind: Bind = bindSocket,
): Promise<AsyncDisposable & { readonly addressOctet: number }> {
  for (let octet = wanted ?? FIRST_OCTET; octet <= (wanted ?? LAST_OCTET); octet += 1) {
    try {
      const claim = await bind(`127.${octet}.0.1`, CLAIM_PORT);
      return { addressOctet: octet, [Symbol.asyncDispose]: async () => await claim[Symbol.asyncDispose]() };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  const what = wanted === undefined ? `127.${FIRST_OCTET} to 127.${LAST_OCTET} are all` : `127.${wanted}.0.0/16 is`;
  throw new LocalEcsError(
    'LOCAL_ECS_ADDRESSES_TAKEN',
    `${what} in use by another lab on this machine; stop it, or give this one another address octet.`,
  );
}

async function bindSocket(address: string, port: number): Promise<AsyncDisposable> {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, address);
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}
