import type { Environment } from '../context.ts';

/** Who asks, and where: what `--profile` and `--region` say, else what the environment and the AWS configuration files do. */
export interface AwsTarget {
  readonly profile?: string | undefined;
  readonly region: string;
}

/** For the constructor of any client of the AWS SDK. Short waits: these are questions before and after the work. */
export function clientConfig({ profile, region }: AwsTarget) {
  return { region, maxAttempts: 2, ...(profile === undefined ? {} : { profile }) };
}

/** The same choice for a command of the AWS CLI that somebody is told to run. */
export function cliFlags({ profile, region }: AwsTarget): string {
  return ` --region ${region}${profile === undefined ? '' : ` --profile ${profile}`}`;
}

/** The same choice for the CDK's command line. */
export function targetArgs({ profile, region }: AwsTarget): string[] {
  return ['--region', region, ...(profile === undefined ? [] : ['--profile', profile])];
}

/**
 * The region that the SDKs and the CDK would take: the flag's, the environment's, the profile's.
 * Undefined when nobody names one.
 */
export async function regionOf(
  flags: { readonly profile?: string | undefined; readonly region?: string | undefined },
  environment: Environment,
): Promise<string | undefined> {
  const named = flags.region ?? environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'];
  if (named !== undefined && named !== '') return named;
  const { STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient(flags.profile === undefined ? {} : { profile: flags.profile });
  // The SDK throws when neither the environment nor the profile has a region.
  const region = await client.config.region().catch(() => undefined);
  client.destroy();
  return region === '' ? undefined : region;
}

/** An error's AWS code: the name of its shape. */
export function awsCodeOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** Whether the caller lacks the permission, as each service says it. */
export function isDenied(error: unknown): boolean {
  return /AccessDenied|UnauthorizedOperation|NotAuthorized|AuthorizationError/.test(awsCodeOf(error));
}
