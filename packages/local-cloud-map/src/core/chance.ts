/** Random choices, from a source of chance that is given. */

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Lower-case letters and digits, as in Cloud Map's ids. */
export function randomText(random: () => number, length: number): string {
  let text = '';
  for (let index = 0; index < length; index++) text += ALPHABET[Math.floor(random() * ALPHABET.length)];
  return text;
}

/** Up to `count` of `items` in random order, each order as likely as any other (Fisher and Yates, stopped early). */
export function sample<T>(random: () => number, items: readonly T[], count: number): T[] {
  const pool = [...items];
  const taken = Math.min(count, pool.length);
  for (let index = 0; index < taken; index++) {
    const other = index + Math.floor(random() * (pool.length - index));
    const picked = pool[other] as T;
    pool[other] = pool[index] as T;
    pool[index] = picked;
  }
  pool.length = taken;
  return pool;
}
