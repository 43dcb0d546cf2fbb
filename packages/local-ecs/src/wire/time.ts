/** Epoch seconds, as AWS JSON has them. */
export const seconds = (ms: number): number => ms / 1000;

/** A member with a time, left out while there is none. */
export const at = (name: string, ms: number | undefined): Record<string, number> =>
  ms === undefined ? {} : { [name]: seconds(ms) };
