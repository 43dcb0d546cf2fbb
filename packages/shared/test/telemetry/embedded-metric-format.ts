import { Check } from 'typebox/schema';

/** The schema and the limits of Amazon CloudWatch user guide, "Specification: Embedded metric format". */
const ROOT = {
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      properties: {
        Timestamp: { type: 'integer' },
        CloudWatchMetrics: {
          type: 'array',
          items: {
            type: 'object',
            required: ['Namespace', 'Dimensions', 'Metrics'],
            properties: {
              Namespace: { type: 'string', minLength: 1, maxLength: 1024 },
              Dimensions: {
                type: 'array',
                minItems: 1,
                items: { type: 'array', maxItems: 30, items: { type: 'string', minLength: 1, maxLength: 250 } },
              },
              Metrics: {
                type: 'array',
                maxItems: 100,
                items: {
                  type: 'object',
                  required: ['Name'],
                  properties: {
                    Name: { type: 'string', minLength: 1, maxLength: 1024 },
                    Unit: { type: 'string', enum: ['Count', 'Milliseconds'] },
                    StorageResolution: { type: 'integer', enum: [1, 60] },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
} as const;
const DIMENSION_VALUE = { type: 'string', minLength: 1, maxLength: 1024 } as const;
const METRIC_VALUE = {
  anyOf: [{ type: 'number' }, { type: 'array', minItems: 1, maxItems: 100, items: { type: 'number' } }],
} as const;
const LINE_BYTES_MAX = 256 * 1024;

interface Root {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

/** What CloudWatch would not take of a log line: every rule that it breaks. */
export function brokenRules(line: string): string[] {
  const parsed: unknown = JSON.parse(line);
  if (!Check(ROOT, parsed)) return ['the document does not fit the schema'];
  const root = parsed as unknown as Root;
  const broken = Buffer.byteLength(line) > LINE_BYTES_MAX ? ['the line is too long'] : [];
  for (const { Dimensions, Metrics } of root._aws.CloudWatchMetrics) {
    for (const name of Dimensions.flat())
      if (!Check(DIMENSION_VALUE, root[name])) broken.push(`the dimension ${name} has no value of its kind`);
    for (const { Name } of Metrics)
      if (!Check(METRIC_VALUE, root[Name])) broken.push(`the metric ${Name} has no value of its kind`);
  }
  return broken;
}
