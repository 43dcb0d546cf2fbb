import type { FastifyBaseLogger } from 'fastify';
import type { ServiceMetrics } from './service-metrics.ts';

export interface MetricsReportOptions {
  readonly metrics: ServiceMetrics;
  readonly intervalMs: number;
  readonly log: FastifyBaseLogger;
}

/**
 * Logs the metrics at every interval, and what is left of the last one when it is disposed of: one line for each document, whatever
 * the least level is that is logged.
 */
export function startMetricsReport({ metrics, intervalMs, log }: MetricsReportOptions): AsyncDisposable {
  const lines = log.child({}, { level: 'info' });
  const report = (): void => {
    for (const document of metrics.take(Date.now())) lines.info(document, 'metrics');
  };
  const timer = setInterval(report, intervalMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      report();
    },
  };
}
