import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { readBlueprint } from '@switchyard/blueprint';

import type { Context } from '../context.ts';
import type { Assembly } from '../deploy/assembly.ts';
import { cliFlags, targetArgs } from '../deploy/aws.ts';
import type { AwsTarget } from '../deploy/aws.ts';
import { busyStackOf } from '../deploy/cdk/busy-stack.ts';
import { asSentence, buildProgress, failureInWords } from '../deploy/cdk/progress.ts';
import { runCdk } from '../deploy/cdk/run-cdk.ts';
import { confirmed } from '../deploy/confirm.ts';
import type { Ask } from '../deploy/confirm.ts';
import { costReport } from '../deploy/cost/cost-report.ts';
import { hourlyCostOf } from '../deploy/cost/hourly-cost.ts';
import type { Cost } from '../deploy/cost/hourly-cost.ts';
import { currentPrices } from '../deploy/cost/prices.ts';
import { deployErrors } from '../deploy/errors.ts';
import { throwIfInterrupted } from '../deploy/interrupted.ts';
import { findingLine } from '../deploy/preflight/finding.ts';
import type { Finding } from '../deploy/preflight/finding.ts';
import { runPreflight } from '../deploy/preflight/run-preflight.ts';
import type { SwitchOptions } from '../deploy/switches.ts';
import { synthesized } from '../deploy/synthesized.ts';
import { untilAnswering } from '../deploy/until-answering.ts';
import type { AnsweringLimits } from '../deploy/until-answering.ts';

export interface DeployOptions extends SwitchOptions {
  readonly profile?: string;
  readonly region?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** What a command that changes an account needs besides its context. */
export interface DeployTools {
  readonly ask: Ask;
  /** Tries the promises of the lab against a load balancer; true when all hold. Absent: not tried. */
  readonly smokeTest?: ((url: string, context: Context) => Promise<boolean>) | undefined;
  /** How long to wait for the load balancer to answer. @default three minutes or more */
  readonly patience?: AnsweringLimits | undefined;
}

/** How the smoke test went; `unanswered`: nothing was there to be tried. */
type SmokeTest = 'passed' | 'failed' | 'unanswered';

/** Stack → output → value, as `cdk deploy --outputs-file` writes it. */
type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `lab deploy`: checks, price, question, `cdk deploy` of everything, outputs, smoke test. Nothing is created before the yes. */
export async function deploy(options: DeployOptions, context: Context, tools: DeployTools): Promise<void> {
  await using made = await synthesized(options, context);
  const { assembly } = made;
  const blueprint = await readBlueprint(assembly.directory);
  const { findings, go } = await runPreflight({
    assembly,
    blueprint,
    profile: options.profile,
    region: options.region,
    environment: context.environment,
    onFinding: (finding) => context.note(findingLine(finding, context.colors)),
  });
  const cost = hourlyCostOf(blueprint, assembly.resources, currentPrices);
  context.note('');
  costReport(cost, currentPrices, go?.target.region ?? options.region ?? currentPrices.region, context.colors).forEach(
    context.note,
  );
  context.note('');
  if (go === undefined) throw deployErrors.preflightFailed(findings.filter(({ state }) => state === 'failure').length);
  if (options.dryRun === true) {
    if (options.json === true) context.print(JSON.stringify({ ...summaryOf(assembly, findings, cost) }, undefined, 2));
    else context.note('dry run: nothing was created');
    return;
  }
  if (options.yes !== true) {
    const question = `Deploy ${assembly.stacks.length} stacks to account ${go.identity.accountId}, ${go.target.region}?`;
    await confirmed(tools.ask, { noun: 'deployment', participle: 'created', question }, context.signal);
  }
  const outputs = await deployAll(assembly, go.target, context);
  const url = urlOf(outputs);
  const smokeTest =
    url === undefined
      ? undefined
      : await tried(url, options.json === true ? { ...context, print: context.note } : context, tools);
  if (options.json === true)
    context.print(
      JSON.stringify(
        {
          ...summaryOf(assembly, findings, cost),
          account: go.identity,
          region: go.target.region,
          outputs,
          url,
          smokeTest: smokeTest === undefined ? undefined : smokeTest === 'passed',
        },
        undefined,
        2,
      ),
    );
  else outputLines(outputs).forEach(context.print);
  if (url === undefined || smokeTest === undefined || smokeTest === 'passed') return;
  throw smokeTest === 'failed' ? deployErrors.smokeTestFailed(url) : deployErrors.nothingAnswers(url);
}

/** The smoke test, as soon as the load balancer's name is known and something answers; undefined when there is none. */
async function tried(
  url: string,
  context: Context,
  { smokeTest, patience }: DeployTools,
): Promise<SmokeTest | undefined> {
  if (smokeTest === undefined) return undefined;
  context.note(`waiting for ${url} to answer`);
  if (!(await untilAnswering(url, context.signal, patience))) return 'unanswered';
  return (await smokeTest(url, context)) ? 'passed' : 'failed';
}

/** @throws LabError LAB_DEPLOY_FAILED with the first resource that failed and why; LAB_OVERTAKEN */
async function deployAll(assembly: Assembly, target: AwsTarget, context: Context): Promise<Outputs> {
  const outputsFile = join(assembly.directory, 'outputs.json');
  const progress = buildProgress();
  const exitCode = await runCdk({
    args: [
      'deploy',
      '--all',
      '--app',
      assembly.directory,
      '--require-approval',
      'never',
      '--progress',
      'events',
      '--outputs-file',
      outputsFile,
      ...targetArgs(target),
    ],
    environment: context.environment,
    signal: context.signal,
    onLine: (line) => progress.take(line, performance.now()).forEach(context.note),
  });
  throwIfInterrupted(context, 'run this again or take away what is there with "pnpm run destroy"');
  if (exitCode !== 0) {
    const failed = progress.firstFailure();
    if (failed !== undefined) throw deployErrors.deployFailed(failureInWords(failed));
    const busy = busyStackOf(progress.complaint());
    if (busy !== undefined) throw deployErrors.overtaken(busy.stack, busy.status, cliFlags(target));
    throw deployErrors.deployFailed(`The CDK stopped: ${asSentence(progress.complaint())}`);
  }
  return JSON.parse(await readFile(outputsFile, 'utf8').catch(() => '{}')) as Outputs;
}

function summaryOf(assembly: Assembly, findings: readonly Finding[], cost: Cost) {
  return {
    stacks: assembly.stacks.map(({ name }) => name),
    preflight: findings,
    cost: { ...cost, pricesOf: currentPrices.date, pricesIn: currentPrices.region },
  };
}

/** The load balancer's address: the output that the CDK app calls `Url`. */
function urlOf(outputs: Outputs): string | undefined {
  const all = Object.values(outputs).flatMap((stack) => Object.entries(stack));
  return all.find(([name, value]) => /^url$/i.test(name) && /^https?:/.test(value))?.[1];
}

function outputLines(outputs: Outputs): string[] {
  return Object.entries(outputs).flatMap(([stack, values]) =>
    Object.entries(values)
      .filter(([name]) => !/^(Exports|Publish)Output/.test(name))
      .map(([name, value]) => `${stack}.${name} = ${value}`),
  );
}
