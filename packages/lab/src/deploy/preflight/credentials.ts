import { awsCodeOf, clientConfig } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';
import { failure, ok } from './finding.ts';
import type { Finding } from './finding.ts';

export interface Identity {
  readonly accountId: string;
  readonly arn: string;
}

/** STS GetCallerIdentity, which needs no permission: whose credentials these are. */
export async function checkCredentials(target: AwsTarget): Promise<{ finding: Finding; identity?: Identity }> {
  const name = 'credentials';
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient(clientConfig(target));
  try {
    const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
    return { finding: ok(name, `account ${Account}, ${Arn}`), identity: { accountId: Account, arn: Arn } };
  } catch (error) {
    return { finding: failure(name, credentialsRemedy(error, target.profile)) };
  } finally {
    client.destroy();
  }
}

/** One sentence for each way in which credentials fail. */
export function credentialsRemedy(error: unknown, profile: string | undefined): string {
  const code = awsCodeOf(error);
  const message = error instanceof Error ? error.message.split('\n')[0]?.replace(/\.$/, '') : String(error);
  const login = profile === undefined ? 'aws sso login' : `aws sso login --profile ${profile}`;
  const again = `log in again with "${login}" or, without IAM Identity Center, set new credentials.`;
  if (/ExpiredToken|TokenRefreshRequired/.test(code)) return `The credentials have expired: ${again}`;
  if (/SSO|TokenProvider/.test(code) || /\bSSO\b|token is expired/i.test(message ?? ''))
    return `The login of the profile is over (${message}): ${again}`;
  if (/InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId/.test(code)) {
    return `AWS does not know these credentials (${code}): check the access key and the secret, or log in with "${login}".`;
  }
  if (/CredentialsProviderError/.test(code)) {
    const where =
      profile === undefined
        ? 'no credentials in the environment or the AWS configuration files'
        : `no usable credentials in the profile "${profile}"`;
    return `There are ${where}: run "aws configure${profile === undefined ? '' : ` --profile ${profile}`}" or "${login}", or name a profile with --profile.`;
  }
  return `STS cannot be asked whose credentials these are (${message}): check the network, the proxy and the region.`;
}
