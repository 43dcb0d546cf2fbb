import type { Context } from '../context.ts';
import { regionOf } from './aws.ts';
import type { AwsTarget } from './aws.ts';
import { deployErrors } from './errors.ts';
import { checkCredentials } from './preflight/credentials.ts';
import type { Identity } from './preflight/credentials.ts';

/**
 * Whose account it is, and where.
 * @throws LabError LAB_CREDENTIALS_UNUSABLE
 */
export async function accountOf(
  { profile, region }: { readonly profile?: string; readonly region?: string },
  context: Context,
): Promise<{ target: AwsTarget; identity: Identity }> {
  const found = await regionOf({ profile, region }, context.environment);
  if (found === undefined)
    throw deployErrors.credentialsUnusable(
      'No region is set: name one with --region, AWS_REGION or "aws configure set region".',
    );
  const target = { region: found, profile };
  const { finding, identity } = await checkCredentials(target);
  if (identity === undefined) throw deployErrors.credentialsUnusable(finding.sentence);
  return { target, identity };
}
