import { Agent, request } from 'undici';

export interface LoadResult {
  readonly answered: number;
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Requests that got no answer at all, by error code, and answers with a fault. */
  readonly errors: ReadonlyMap<string, number>;
}

export interface Load {
  /** Resolves when this many more requests have ended, however they ended. */
  readonly after: (count: number) => Promise<void>;
  readonly stop: () => Promise<LoadResult>;
}

/**
 * Steady load from a few clients, each with one request under way at a time, until told to stop. An answer with a fault counts as an
 * error of that name.
 */
export function startLoad(
  url: string,
  clients = 4,
  faultOf: (status: number, body: string) => string | undefined = () => undefined,
): Load {
  const agent = new Agent({ connections: clients });
  const statuses = new Map<number, number>();
  const errors = new Map<string, number>();
  const waiting = new Set<{ left: number; resolve: () => void }>();
  const stopped = new AbortController();
  const count = <K>(map: Map<K, number>, key: K): void => {
    map.set(key, (map.get(key) ?? 0) + 1);
    for (const waiter of waiting) {
      if (--waiter.left > 0) continue;
      waiting.delete(waiter);
      waiter.resolve();
    }
  };
  const client = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        const response = await request(url, { dispatcher: agent });
        const fault = faultOf(response.statusCode, await response.body.text());
        if (fault === undefined) count(statuses, response.statusCode);
        else count(errors, fault);
      } catch (error) {
        count(errors, (error as NodeJS.ErrnoException).code ?? String(error));
      }
    }
  };
  const running = Array.from({ length: clients }, client);
  return {
    after: async (left) => await new Promise((resolve) => waiting.add({ left, resolve })),
    stop: async () => {
      stopped.abort();
      await Promise.all(running);
      await agent.close();
      const answered = [...statuses.values()].reduce((sum, number) => sum + number, 0);
      return { answered, statuses, errors };
    },
  };
}
