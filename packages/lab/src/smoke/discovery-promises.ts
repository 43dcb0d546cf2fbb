import { expectStatus, jsonOf } from './expect-answer.ts';
import type { LabPromise } from './promise.ts';
import { holds } from './promise.ts';

/** How one service finds another. */
export const mechanisms = ['cloud-map-dns', 'cloud-map-api', 'service-connect'] as const;

interface Failed {
  readonly error?: { readonly code: string; readonly detail: string };
}

interface LookUp {
  readonly mechanisms: Readonly<Record<string, Failed>>;
}

interface Probe {
  readonly service: string;
  readonly via: string;
  readonly ok: boolean;
  readonly resolve: Failed;
  readonly targets: readonly { readonly connect: Failed; readonly request?: Failed & { readonly status?: number } }[];
}

interface Probes {
  readonly from: { readonly service: string };
  readonly probes: readonly Probe[];
}

/** What services tell of each other, asked from inside a task. */
export const discoveryPromises: readonly LabPromise[] = [
  {
    title: 'What every mechanism answers for the worker stands side by side.',
    keep: async (ask) => {
      const answer = await ask('/api/discovery/worker');
      expectStatus(answer, 200);
      const found = jsonOf<LookUp>(answer).mechanisms ?? {};
      const missing = mechanisms.filter((via) => found[via] === undefined || found[via].error !== undefined);
      holds(
        missing.length === 0,
        missing.map((via) => `${via}: ${found[via]?.error?.detail ?? 'no answer'}`).join('; '),
      );
      return mechanisms.join(', ');
    },
  },
  {
    title: 'Probes from the api reach the worker by every mechanism.',
    keep: async (ask) => {
      const probes = mechanisms.map((via) => ({ service: 'worker', via }));
      const answer = await ask('/api/probes', { method: 'POST', body: { probes } });
      expectStatus(answer, 200);
      const results = jsonOf<Probes>(answer).probes ?? [];
      const failed = results.filter(({ ok }) => !ok);
      holds(results.length === probes.length && failed.length === 0, failed.map(troubleOf).join('; ') || 'no results');
      return `${results.flatMap(({ targets }) => targets).length} connections`;
    },
  },
  {
    title: 'The worker probes every service by every mechanism.',
    // Which of them it may reach is its security group's to say.
    keep: async (ask) => {
      const answer = await ask('/worker/probes', { method: 'POST', body: {} });
      expectStatus(answer, 200);
      const { from, probes = [] } = jsonOf<Probes>(answer);
      holds(from?.service === 'worker', `${from?.service ?? 'nobody'} answered`);
      const asked = new Set(probes.map(({ service, via }) => `${service} ${via}`));
      holds(asked.size === 3 * mechanisms.length, `${asked.size} probes`);
      return `${probes.filter(({ ok }) => ok).length} of ${probes.length} reached`;
    },
  },
];

function troubleOf({ via, resolve, targets }: Probe): string {
  const failures = [resolve, ...targets.flatMap(({ connect, request }) => [connect, request ?? {}])];
  const details = failures.flatMap(({ error }) => error?.detail ?? []);
  const statuses = targets.flatMap(({ request }) => request?.status ?? []);
  return `${via}: ${details.join(', ') || statuses.join(', ') || 'no target'}`;
}
