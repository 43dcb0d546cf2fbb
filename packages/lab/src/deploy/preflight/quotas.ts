import type { ServiceQuota } from '@aws-sdk/client-service-quotas';

import { awsCodeOf, clientConfig, isDenied } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';
import { failure, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';
import type { QuotaNeed } from './quota-needs.ts';
import { usageOf } from './usage.ts';

const name = 'quotas';

interface Standing {
  readonly need: QuotaNeed;
  /** Absent: it could not be read. */
  readonly quota?: number;
  readonly used?: number;
  /** Why what is in use could not be read. */
  readonly unread?: string;
}

/** The quotas that would fail; else what could not be compared, and how many of the others there will be. */
export async function checkQuotas(target: AwsTarget, needs: readonly QuotaNeed[]): Promise<Finding[]> {
  if (needs.length === 0) return [ok(name, 'nothing is added that has one')];
  const answers = await Promise.all(needs.map(async (need) => await standingOf(target, need)));
  const failures = answers.flatMap((answer) => shortage(target, answer));
  if (failures.length > 0) return failures;
  const unknown = answers.filter(({ quota }) => quota === undefined).map(({ need }) => need.what);
  const known = answers.filter(({ quota }) => quota !== undefined);
  return [
    ...(unknown.length === 0
      ? []
      : [warning(name, `${unknown.join(', ')} could not be compared, as reading quotas is not allowed or failed.`)]),
    ...known.flatMap(({ need, unread }) =>
      unread === undefined
        ? []
        : [
            warning(
              name,
              `How many ${need.what} are in use could not be read, as ${unread}: only the ${round(need.needed)} of this deployment were compared.`,
            ),
          ],
    ),
    ...(known.length === 0
      ? []
      : [ok(name, known.map(({ need, quota, used }) => inNumbers(need, quota, used)).join(', '))]),
  ];
}

function shortage(target: AwsTarget, { need, quota, used = 0 }: Standing): Finding[] {
  if (quota === undefined || used + need.needed <= quota) return [];
  const there = used === 0 ? '' : ` and ${round(used)} are in use`;
  return [
    failure(
      name,
      `${round(need.needed)} more ${need.what} are needed${there}, but ${quota} is the quota in ${target.region}: delete some, or request more for ${need.quotaCode} in the Service Quotas console.`,
    ),
  ];
}

function inNumbers({ what, needed }: QuotaNeed, quota: number | undefined, used = 0): string {
  return `${what} ${round(used + needed)} of ${quota}`;
}

/** Tasks have fractions of vCPUs. */
function round(count: number): number {
  return Math.round(count * 100) / 100;
}

async function standingOf(target: AwsTarget, need: QuotaNeed): Promise<Standing> {
  const quota = await orWhyNot(async () => await quotaOf(target, need), 'servicequotas:GetServiceQuota');
  if (quota.value?.Value === undefined) return { need };
  const standing = { need, quota: quota.value.Value };
  const { used } = need;
  if (used === undefined) return standing;
  const metric = quota.value.UsageMetric;
  if (used === 'metric' && metric === undefined)
    return { ...standing, unread: 'Service Quotas names no metric for it' };
  const count = await orWhyNot(
    async () => (used === 'metric' ? await usageOf(target, metric ?? {}) : await used(target)),
    used === 'metric' ? 'cloudwatch:GetMetricStatistics' : 'listing them',
  );
  return count.value === undefined ? { ...standing, unread: count.whyNot } : { ...standing, used: count.value };
}

/** What AWS answers, or why it does not; other errors are defects. */
async function orWhyNot<T>(
  ask: () => Promise<T>,
  permission: string,
): Promise<{ readonly value: T; readonly whyNot?: never } | { readonly value?: never; readonly whyNot: string }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (isDenied(error)) return { whyNot: `${permission} is not allowed` };
    if (awsCodeOf(error) === '') throw error;
    return { whyNot: `AWS did not tell (${awsCodeOf(error)})` };
  }
}

/** The applied quota, else the default one: a quota that nobody raised may have no applied value. */
async function quotaOf(
  target: AwsTarget,
  { serviceCode: ServiceCode, quotaCode: QuotaCode }: QuotaNeed,
): Promise<ServiceQuota | undefined> {
  const { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand, ServiceQuotasClient } =
    await import('@aws-sdk/client-service-quotas');
  const client = new ServiceQuotasClient(clientConfig(target));
  try {
    const applied = await client
      .send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }))
      .catch((error: unknown) => {
        if (awsCodeOf(error) === 'NoSuchResourceException') return undefined;
        throw error;
      });
    if (applied?.Quota?.Value !== undefined) return applied.Quota;
    const { Quota } = await client.send(new GetAWSDefaultServiceQuotaCommand({ ServiceCode, QuotaCode }));
    return Quota;
  } finally {
    client.destroy();
  }
}
