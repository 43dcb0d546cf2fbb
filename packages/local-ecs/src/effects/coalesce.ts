/**
 * Makes many small calls into few: while a call for a key is under way, what arrives for that key waits and goes out together
 * in the next one.
 */
export function coalesce<T>(
  call: (key: string, items: readonly T[]) => Promise<void>,
): (key: string, item: T) => Promise<void> {
  const waiting = new Map<string, { items: T[]; next: Promise<void> }>();
  const last = new Map<string, Promise<void>>();
  return async (key, item) => {
    const open = waiting.get(key);
    if (open !== undefined) {
      open.items.push(item);
      return await open.next;
    }
    const items = [item];
    const previous = last.get(key) ?? Promise.resolve();
    const next = previous.then(
      () => send(),
      () => send(),
    );
    const send = async (): Promise<void> => {
      waiting.delete(key);
      await call(key, items);
    };
    waiting.set(key, { items, next });
    last.set(key, next);
    return await next;
  };
}
