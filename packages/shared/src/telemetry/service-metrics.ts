import { METRIC_VALUES_MAX, metricDocument } from './metric-document.ts';
import type { MetricDocument, MetricValue } from './metric-document.ts';
import { Sample } from './sample.ts';

export interface ServiceMetricsOptions {
  /** The service's name, a dimension of every metric. */
  readonly service: string;
  readonly random?: () => number;
}

/** What happened under one name since the last document. */
interface Tally {
  count: number;
  clientErrors: number;
  errors: number;
  readonly ms: Sample;
}

const NAMESPACE = 'Switchyard/Services';
/** Every route is a metric that costs money. */
const ROUTES_MAX = 40;
const OTHER_ROUTES = 'other';

/**
 * Counts a service's requests by route and its discovery look-ups by mechanism, and makes CloudWatch metrics of them: one document for
 * each name that something happened under. Times are exact up to a hundred in a document, and a fair sample of more.
 */
export class ServiceMetrics {
  readonly #service: string;
  readonly #random: () => number;
  #routes = new Map<string, Tally>();
  #mechanisms = new Map<string, Tally>();

  constructor({ service, random = Math.random }: ServiceMetricsOptions) {
    this.#service = service;
    this.#random = random;
  }

  /** @param route the route's pattern, not the path that was asked for, of which there is no end */
  noteRequest(route: string, status: number, ms: number): void {
    const isKnown = this.#routes.has(route) || this.#routes.size < ROUTES_MAX;
    const tally = this.#tallyOf(this.#routes, isKnown ? route : OTHER_ROUTES);
    tally.count += 1;
    if (status >= 500) tally.errors += 1;
    else if (status >= 400) tally.clientErrors += 1;
    tally.ms.add(rounded(ms));
  }

  noteLookUp(mechanism: string, failed: boolean, ms: number): void {
    const tally = this.#tallyOf(this.#mechanisms, mechanism);
    tally.count += 1;
    if (failed) tally.errors += 1;
    tally.ms.add(rounded(ms));
  }

  /** What happened since the last call, and begins anew. Errors that did not happen make no metric. */
  take(timestampMs: number): MetricDocument[] {
    const documents = [
      ...[...this.#routes].map(([route, { count, clientErrors, errors, ms }]) =>
        this.#document(
          timestampMs,
          { Route: route },
          [['Service', 'Route'], ['Service']],
          [
            { name: 'Requests', unit: 'Count', value: count },
            ...counted('ClientErrors', clientErrors),
            ...counted('ServerErrors', errors),
            { name: 'Latency', unit: 'Milliseconds', value: ms.values },
          ],
        ),
      ),
      ...[...this.#mechanisms].map(([mechanism, { count, errors, ms }]) =>
        this.#document(
          timestampMs,
          { Mechanism: mechanism },
          [['Service', 'Mechanism']],
          [
            { name: 'LookUps', unit: 'Count', value: count },
            ...counted('LookUpErrors', errors),
            { name: 'LookUpLatency', unit: 'Milliseconds', value: ms.values },
          ],
        ),
      ),
    ];
    this.#routes = new Map();
    this.#mechanisms = new Map();
    return documents;
  }

  #document(
    timestampMs: number,
    dimensions: Readonly<Record<string, string>>,
    dimensionSets: readonly (readonly string[])[],
    metrics: readonly MetricValue[],
  ): MetricDocument {
    const all = { Service: this.#service, ...dimensions };
    return metricDocument({ namespace: NAMESPACE, timestampMs, dimensions: all, dimensionSets, metrics });
  }

  #tallyOf(tallies: Map<string, Tally>, name: string): Tally {
    let tally = tallies.get(name);
    if (tally === undefined) {
      tally = { count: 0, clientErrors: 0, errors: 0, ms: new Sample(METRIC_VALUES_MAX, this.#random) };
      tallies.set(name, tally);
    }
    return tally;
  }
}

function counted(name: string, value: number): MetricValue[] {
  return value === 0 ? [] : [{ name, unit: 'Count', value }];
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
