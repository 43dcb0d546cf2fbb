import { DescribeTargetHealthCommand, paginateDescribeRules } from '@aws-sdk/client-elastic-load-balancing-v2';
import { compileRules, explainRules } from '@switchyard/blueprint';
import type { RequestFacts, Rule } from '@switchyard/blueprint';
import type { ReadRequest } from '@switchyard/local-alb';

import { allOf } from '../client/all-of.ts';
import { asked, buildLabClient, endpointUrlOf } from '../client/lab-client.ts';
import type { LabClient } from '../client/lab-client.ts';
import type { Context } from '../context.ts';
import { findListener, listenersOf } from '../explain/find-listener.ts';
import { requestOfArguments } from '../explain/request-of-arguments.ts';
import type { WantedListener } from '../explain/request-of-arguments.ts';
import { actionInWords, ruleOfApi } from '../explain/rule-of-api.ts';
import { printable } from '../report/printable.ts';

export interface ExplainOptions {
  readonly endpointUrl?: string;
  readonly header: readonly string[];
  readonly json?: boolean;
}

type Refused = Extract<ReadRequest, { kind: 'refused' }>;

/** `lab explain METHOD URL`: which rule would take this request, why each rule before it would not, and who could answer it now. */
export async function explain(
  method: string,
  target: string,
  options: ExplainOptions,
  context: Context,
): Promise<void> {
  const request = requestOfArguments(method, target, options.header);
  using client = buildLabClient(endpointUrlOf(options.endpointUrl, context.environment));
  const { read } = request;
  if (read.kind === 'refused') {
    await asked(client, async () => findListener(await listenersOf(client), request.listener));
    printRefusal(`${request.method} ${target}`, read, options, context);
    return;
  }
  const { facts } = read;
  const { verdicts, targets } = await asked(
    client,
    async () => await explanationOf(client, { facts, listener: request.listener }),
  );
  const taken = verdicts.at(-1);
  if (options.json === true) {
    context.print(JSON.stringify({ rules: verdicts, action: taken?.action, targets }, undefined, 2));
    return;
  }
  const { colors } = context;
  context.print(`${request.method} ${printable(target)}`);
  for (const { priority, matched, reason } of verdicts) {
    const label = priority === 'default' ? 'default rule' : `priority ${priority}`;
    context.print(matched ? `  ${colors.green('✓')} ${label}: ${reason}` : `  ${colors.dim(`✗ ${label}: ${reason}`)}`);
  }
  context.print(`  → ${taken?.action}`);
  for (const { id, zone, state, reason } of targets)
    context.print(`      ${id}  ${zone}  ${state}${reason === '' ? '' : ` (${reason})`}`);
}

/** The load balancer answers before it tries a rule. */
function printRefusal(
  request: string,
  { status, reason }: Refused,
  { json }: ExplainOptions,
  { colors, print }: Context,
): void {
  if (json === true) print(JSON.stringify({ rules: [], refused: { status, reason }, targets: [] }, undefined, 2));
  else
    [printable(request), `  ${colors.red('✗')} ${reason}`, `  → ${status} from the load balancer itself`].forEach(
      print,
    );
}

async function explanationOf(
  client: LabClient,
  request: { readonly facts: RequestFacts; readonly listener: WantedListener },
) {
  const { arn: ListenerArn } = findListener(await listenersOf(client), request.listener);
  const pages = paginateDescribeRules({ client: client.elb }, { ListenerArn });
  const apiRules = await allOf(pages, ({ Rules }) => Rules);
  const rules = apiRules.map(ruleOfApi).sort((a, b) => priorityOrder(a) - priorityOrder(b));
  const verdicts = explainRules(compileRules(rules), request.facts);
  const arns = new Map(apiRules.map((rule) => [rule.RuleArn ?? '', rule.Actions?.at(-1)]));
  const action = arns.get(verdicts.at(-1)?.rule.arn ?? '');
  const groups =
    action?.ForwardConfig?.TargetGroups?.map(({ TargetGroupArn }) => TargetGroupArn) ??
    (action?.TargetGroupArn === undefined ? [] : [action.TargetGroupArn]);
  const health = await Promise.all(
    groups.map(async (arn) => await client.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }))),
  );
  return {
    verdicts: verdicts.map(({ rule, matched, reason }) => ({
      priority: rule.priority,
      matched,
      reason,
      action: actionInWords(rule.action),
    })),
    targets: health
      .flatMap(({ TargetHealthDescriptions = [] }) => TargetHealthDescriptions)
      .map(({ Target, TargetHealth }) => ({
        id: `${Target?.Id}:${Target?.Port}`,
        zone: Target?.AvailabilityZone ?? '',
        state: TargetHealth?.State ?? '',
        reason: TargetHealth?.Reason ?? '',
      })),
  };
}

function priorityOrder({ priority }: Rule): number {
  return priority === 'default' ? Number.POSITIVE_INFINITY : priority;
}
