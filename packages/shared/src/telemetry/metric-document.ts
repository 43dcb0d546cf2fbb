/** A metric of one document: what CloudWatch calls it, its unit, and its value or values in the time that the document covers. */
export interface MetricValue {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds';
  /** At most {@link METRIC_VALUES_MAX} values. */
  readonly value: number | readonly number[];
}

/** What CloudWatch takes of one metric in one document. */
export const METRIC_VALUES_MAX = 100;

/** Members of a log line out of which CloudWatch Logs takes metrics. */
export type MetricDocument = Readonly<Record<string, unknown>>;

export interface MetricDocumentInput {
  readonly namespace: string;
  readonly timestampMs: number;
  /** Values by name. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Each set of dimension names makes a metric of its own out of every value. */
  readonly dimensionSets: readonly (readonly string[])[];
  readonly metrics: readonly MetricValue[];
}

const DIMENSION_CHARACTERS_MAX = 250;

/**
 * Metrics in the CloudWatch Embedded Metric Format, which cost a log line and no API call. Source: Amazon CloudWatch user guide,
 * "Specification: Embedded metric format".
 */
export function metricDocument(input: MetricDocumentInput): MetricDocument {
  const { namespace, timestampMs, dimensions, dimensionSets, metrics } = input;
  return {
    _aws: {
      Timestamp: Math.round(timestampMs),
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: dimensionSets,
          Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    ...Object.fromEntries(
      Object.entries(dimensions).map(([name, value]) => [name, value.slice(0, DIMENSION_CHARACTERS_MAX)]),
    ),
    ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
  };
}
