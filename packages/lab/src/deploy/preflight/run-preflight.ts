import type { Blueprint } from '@switchyard/blueprint';

import type { Environment } from '../../context.ts';
import type { Assembly } from '../assembly.ts';
import { awsCodeOf, isDenied, regionOf } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';
import { stacksThere } from '../own-stacks.ts';
import type { StacksThere } from '../own-stacks.ts';
import { checkBootstrap, checkRegion } from './account.ts';
import { checkCredentials } from './credentials.ts';
import type { Identity } from './credentials.ts';
import { checkDomain, domainWishOf } from './domain.ts';
import { checkEndpoints } from './endpoints.ts';
import { checkExports } from './exports.ts';
import { failure, skipped, warning } from './finding.ts';
import type { Finding } from './finding.ts';
import { checkContainerEngine, checkNode } from './machine.ts';
import { checkOtherStacks } from './other-stacks.ts';
import { quotaNeedsOf } from './quota-needs.ts';
import { checkQuotas } from './quotas.ts';
import { checkStacks, hasBegun, isStanding } from './stacks.ts';
import { checkTakenNames } from './taken-names.ts';

export interface PreflightInput {
  readonly assembly: Assembly;
  readonly blueprint: Blueprint;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly environment: Environment;
  /** Told of each finding as soon as it and those before it are known. */
  readonly onFinding: (finding: Finding) => void;
}

export interface Preflight {
  readonly findings: readonly Finding[];
  /** Present when no check failed. */
  readonly go?: { readonly target: AwsTarget; readonly identity: Identity };
}

/** Every check, none of which changes anything. The ones that need credentials are skipped without. */
export async function runPreflight(input: PreflightInput): Promise<Preflight> {
  const { assembly, environment, onFinding } = input;
  const findings: Finding[] = [];
  const report = (...found: readonly Finding[]): void => {
    findings.push(...found);
    found.forEach(onFinding);
  };
  report(checkNode(process.version), await checkContainerEngine(assembly.imageCount, environment));
  const region = await regionOf(input, environment);
  // Without a region the credentials can be checked all the same: STS answers in any.
  const target: AwsTarget = { region: region ?? 'us-east-1', profile: input.profile };
  const { finding, identity } = await checkCredentials(target);
  report(finding);
  if (region === undefined)
    report(failure('region', 'No region is set: name one with --region, AWS_REGION or "aws configure set region".'));
  if (identity === undefined || region === undefined) {
    report(skipped('account', 'region, bootstrap and quotas cannot be checked without credentials and a region'));
    return { findings };
  }
  report(...(await checkAccount(input, target, identity)));
  return findings.some(({ state }) => state === 'failure') ? { findings } : { findings, go: { target, identity } };
}

async function checkAccount(
  { assembly, blueprint }: PreflightInput,
  target: AwsTarget,
  identity: Identity,
): Promise<Finding[]> {
  const zones = new Set(blueprint.subnets.map(({ availabilityZone }) => availabilityZone)).size;
  const [regional, bootstrap] = await Promise.all([
    checkRegion(target, Math.max(zones, 2)),
    checkBootstrap(target, identity, assembly.bootstrap),
  ]);
  if (regional.state === 'failure') return [regional, bootstrap];
  const names = assembly.stacks.map(({ name }) => name);
  const there = await whatIsThere(target, assembly);
  const { own, foreign } = there.stacks ?? { own: [], foreign: [] };
  const standing = new Set(own.filter((stack) => isStanding(stack)).map(({ name }) => name));
  const begun = new Set(own.filter((stack) => hasBegun(stack)).map(({ name }) => name));
  const stacks =
    there.stacks === undefined
      ? [there.finding]
      : [...checkStacks(target, own, names), ...checkOtherStacks(target, { own, foreign }, assembly)];
  const found = await Promise.all([
    checkExports(target, own, assembly.outputs),
    checkDomain(target, identity, domainWishOf(assembly)),
    checkEndpoints(target, assembly.resources),
    // What holds a name may be a stack of the app's own, if those could not be seen.
    there.stacks === undefined ? [] : checkTakenNames(target, assembly.resources, begun),
    checkQuotas(target, quotaNeedsOf({ blueprint, resources: assembly.resources, standing })),
  ]);
  return [regional, bootstrap, ...stacks, ...found.flat()];
}

async function whatIsThere(
  target: AwsTarget,
  assembly: Assembly,
): Promise<{ readonly stacks: StacksThere } | { readonly stacks?: never; readonly finding: Finding }> {
  try {
    return { stacks: await stacksThere(target, assembly) };
  } catch (error) {
    const why = isDenied(error)
      ? 'cloudformation:DescribeStacks is not allowed'
      : `CloudFormation did not tell (${awsCodeOf(error) || String(error)})`;
    return { finding: warning('stacks', `What is there already could not be seen, as ${why}.`) };
  }
}
