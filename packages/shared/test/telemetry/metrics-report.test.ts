import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test, vi } from 'vitest';
import { buildService } from '../../src/service/build-service.ts';
import { startMetricsReport } from '../../src/telemetry/metrics-report.ts';
import { ServiceMetrics } from '../../src/telemetry/service-metrics.ts';
import { buildTestService } from '../servers/test-service.ts';
import { brokenRules } from './embedded-metric-format.ts';

interface Line {
  readonly msg?: string;
  readonly Route?: string;
  readonly Requests?: number;
}

/** A service that counts, and what it logs. */
function build(env: Readonly<Record<string, string>> = {}) {
  const { context } = buildTestService({ env });
  const metrics = new ServiceMetrics({ service: 'worker' });
  const written: string[] = [];
  const app = buildService({ ...context, metrics, logTo: { write: (line) => void written.push(line) } });
  const metricLines = (): string[] => written.filter((line) => (JSON.parse(line) as Line).msg === 'metrics');
  return { app, metrics, metricLines, [Symbol.asyncDispose]: async () => await app.close() };
}

test('logs at every interval what CloudWatch takes, by the patterns of the routes', async () => {
  await using service = build();
  const { app, metrics, metricLines } = service;
  await app.inject('/whoami?x=1');
  await app.inject('/worker/whoami');
  await app.inject('/worker/whoami');
  await app.inject('/nowhere/at/all');
  vi.useFakeTimers();
  await using _report = startMetricsReport({ metrics, intervalMs: 60_000, log: app.log });
  vi.advanceTimersByTime(59_999);
  expect(metricLines()).toEqual([]);
  vi.advanceTimersByTime(1);
  vi.useRealTimers();
  expect(metricLines().flatMap(brokenRules)).toEqual([]);
  const counts = metricLines().map((line) => JSON.parse(line) as Line);
  expect(counts.map(({ Route, Requests }) => [Route, Requests])).toEqual([
    ['GET /whoami', 1],
    ['GET /worker/whoami', 2],
    ['unknown', 1],
  ]);
});

test('does not count health checks', async () => {
  await using service = build();
  await service.app.inject('/healthz');
  expect(service.metrics.take(0)).toEqual([]);
});

test('logs metrics also where only errors are logged', async () => {
  await using service = build({ LOG_LEVEL: 'error' });
  const report = startMetricsReport({ metrics: service.metrics, intervalMs: 60_000, log: service.app.log });
  await service.app.inject('/whoami');
  await report[Symbol.asyncDispose]();
  expect(service.metricLines()).toHaveLength(1);
});

test('a service that stops logs the metrics of its last, unfinished interval', async () => {
  const child = fork(`${import.meta.dirname}/../service/fixture-main.ts`, {
    env: { SERVICE_NAME: 'worker', HOST: '127.0.0.1', PORT: '0', METRICS_INTERVAL_SECONDS: '3600' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  const closed = once(child, 'close');
  const counted: (string | undefined)[] = [];
  for await (const line of createInterface(child.stdout!)) {
    const [, url] = /listening at (http:[^"]+)"/.exec(line) ?? [];
    if (url !== undefined) {
      await (await fetch(`${url}/whoami`)).text();
      child.kill('SIGTERM');
    }
    const { msg, Route } = JSON.parse(line) as Line;
    if (msg === 'metrics') counted.push(Route);
  }
  await closed;
  expect(counted).toEqual(['GET /whoami']);
});
