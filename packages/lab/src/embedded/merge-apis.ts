import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi, AwsInput, AwsOutput } from '@switchyard/local-aws-endpoint';

/** Members that name several things of which each may be another API's. */
const listMembers = [
  'LoadBalancerArns',
  'LoadBalancerNames',
  'TargetGroupArns',
  'ListenerArns',
  'RuleArns',
  'Names',
  'ResourceArns',
];

/**
 * One API made of several of the same kind, as Elastic Load Balancing is one service however many load balancers there are. What names
 * something goes to the API that has it; what names nothing and describes goes to all, whose lists then are one.
 */
export function mergeApis(apis: readonly [AwsApi, ...AwsApi[]]): AwsApi {
  const names = new Set(apis.flatMap(({ operations }) => Object.keys(operations)));
  const operations = [...names].map(
    (name) => [name, async (input: AwsInput) => await call(apis, name, input)] as const,
  );
  return { ...apis[0], operations: Object.fromEntries(operations) };
}

async function call(apis: readonly AwsApi[], name: string, input: AwsInput): Promise<AwsOutput> {
  const capable = apis.filter(({ operations }) => Object.hasOwn(operations, name));
  const listMember = listMembers.find((member) => Array.isArray(input[member]));
  if (listMember !== undefined) {
    const wanted = input[listMember] as readonly unknown[];
    const each = wanted.map(async (value) => await firstThatKnows(capable, name, { ...input, [listMember]: [value] }));
    return joined(await Promise.all(each));
  }
  const namesSomething = Object.keys(input).some((member) => member.endsWith('Arn') || member === 'LoadBalancerName');
  if (namesSomething || !name.startsWith('Describe')) return await firstThatKnows(capable, name, input);
  return joined(await Promise.all(capable.map(async ({ operations }) => (await operations[name]?.(input)) ?? {})));
}

/** Throws what the last one did when none knows what the input names. */
async function firstThatKnows(apis: readonly AwsApi[], name: string, input: AwsInput): Promise<AwsOutput> {
  let unknown: unknown;
  for (const { operations } of apis) {
    try {
      return (await operations[name]?.(input)) ?? {};
    } catch (error) {
      if (!(error instanceof AwsApiError) || !error.code.endsWith('NotFound')) throw error;
      unknown = error;
    }
  }
  throw unknown;
}

function joined(outputs: readonly AwsOutput[]): AwsOutput {
  const result: Record<string, unknown> = {};
  for (const output of outputs) {
    for (const [member, value] of Object.entries(output)) {
      const before = result[member];
      result[member] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : (before ?? value);
    }
  }
  return result;
}
