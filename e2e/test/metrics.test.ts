import { applicationMetric, lookUpMetric } from '@switchyard/infra/src/metrics.ts';
import { beforeAll, describe, expect, test } from 'vitest';

import { startLabProcess } from './support/lab-process.ts';
import { curl } from './support/lab-under-test.ts';

interface MetricLine {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

describe('the metrics that services log', () => {
  let lines: MetricLine[];
  beforeAll(async () => {
    const ports = ['--port', '0', '--https-port', '0', '--endpoint-port', '0', '--dns-port', '0'];
    await using lab = await startLabProcess(['--log', 'all', ...ports]);
    for (const via of ['cloud-map-dns', 'cloud-map-api']) await curl(`${lab.ready.urls.http}/journey?via=${via}`);
    await lab.stop('SIGTERM');
    lines = lab.events
      .filter(({ kind, line }) => kind === 'log' && String(line).includes('"_aws"'))
      .map(({ line }) => JSON.parse(String(line)) as MetricLine);
  });

  /** What CloudWatch would make of the lines: namespace, name and dimensions of each metric. */
  function extracted(): object[] {
    return lines.flatMap(({ _aws, ...members }) =>
      _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
        Dimensions.flatMap((names) =>
          Metrics.map(({ Name }) => ({
            namespace: Namespace,
            metricName: Name,
            dimensions: Object.fromEntries(names.map((name) => [name, members[name]])),
          })),
        ),
      ),
    );
  }

  test.each([
    ...(['frontend', 'api', 'worker'] as const).flatMap((service) => [
      applicationMetric(service, 'Requests', 'Sum'),
      applicationMetric(service, 'Latency', 'p99'),
    ]),
    lookUpMetric('api', 'cloud-map-dns', 'LookUpLatency', 'p99'),
    lookUpMetric('api', 'cloud-map-api', 'LookUpLatency', 'p99'),
  ])('include $metricName of $label, by the name under which the dashboard looks for it', (metric) => {
    const { namespace, metricName, dimensions } = metric;
    expect(extracted()).toContainEqual({ namespace, metricName, dimensions });
  });

  test('are told apart by the patterns of the routes', () => {
    const routes = lines.map(({ Route }) => Route).filter((route) => route !== undefined);
    expect(new Set(routes)).toEqual(new Set(['GET /journey', 'GET /api/journey', 'GET /worker/hop']));
  });
});
