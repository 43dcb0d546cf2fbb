import { expect, test } from 'vitest';
import { assertLoopbackRange, claimAddresses } from '../../src/effects/loopback.ts';
import type { Bind } from '../../src/effects/loopback.ts';

const fine: Bind = async () => await Promise.resolve({ [Symbol.asyncDispose]: async () => await Promise.resolve() });

function failing(code: string, isIt: (address: string) => boolean = () => true): Bind {
  return async (address, port) => {
    if (isIt(address)) throw Object.assign(new Error(code), { code });
    return await fine(address, port);
  };
}

test('this machine’s loopback range passes', async () => {
  await expect(assertLoopbackRange()).resolves.toBeUndefined();
});

test('a machine without the range is told what to do in one sentence', async () => {
  await expect(assertLoopbackRange(failing('EADDRNOTAVAIL'))).rejects.toMatchObject({
    code: 'LOCAL_ECS_LOOPBACK_RANGE_MISSING',
    message: expect.stringMatching(/^[^.]*127\.10\.0\.0\/16.*docker compose up[^.]*\.$/) as string,
  });
});

test('the first free block from 10 is claimed', async () => {
  const taken = failing('EADDRINUSE', (address) => address.startsWith('127.10.') || address.startsWith('127.11.'));
  await using claim = await claimAddresses(undefined, taken);
  expect(claim.addressOctet).toBe(12);
});

test('when every block is taken it says so', async () => {
  await expect(claimAddresses(undefined, failing('EADDRINUSE'))).rejects.toMatchObject({
    code: 'LOCAL_ECS_ADDRESSES_TAKEN',
  });
});

test('any other trouble is passed on', async () => {
  await expect(claimAddresses(10, failing('EACCES'))).rejects.toMatchObject({ code: 'EACCES' });
});
