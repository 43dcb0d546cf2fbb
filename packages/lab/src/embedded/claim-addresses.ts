import { createServer } from 'node:net';

/** The second number of the tasks' addresses: 127.10.a.b for the first lab on the machine, as in the VPC 10.10.0.0/16. */
const firstOctet = 10;
const lastOctet = 200;
/** Where a lab holds a listener to keep its block of addresses: the port says "lab", the address is the block's VPC router. */
const claimPort = 5226;

export interface AddressClaim extends AsyncDisposable {
  readonly octet: number;
}

/** Takes the first block 127.<octet>.0.0/16 that no other lab on this machine holds. The kernel frees the claim when the process ends, however it ends. */
export async function claimAddresses(): Promise<AddressClaim> {
  for (let octet = firstOctet; octet <= lastOctet; octet++) {
    const server = createServer((socket) => socket.destroy());
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      server.once('error', resolve);
      server.listen({ host: `127.${octet}.0.1`, port: claimPort, exclusive: true }, () => resolve(undefined));
    });
    if (error === undefined) {
      return {
        octet,
        [Symbol.asyncDispose]: async () => await new Promise((resolve) => server.close(() => resolve())),
      };
    }
    if (error.code !== 'EADDRINUSE') throw error;
  }
  throw new Error(`Every address block from 127.${firstOctet} to 127.${lastOctet} is held by another lab.`);
}
