import { awsCodeOf, clientConfig, isDenied } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';
import type { Assembly } from '../assembly.ts';
import type { Identity } from './credentials.ts';
import { failure, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

/** EC2 DescribeAvailabilityZones: a region that exists, is enabled and has as many zones as the templates use. */
export async function checkRegion(target: AwsTarget, zonesNeeded: number): Promise<Finding> {
  const name = 'region';
  const { DescribeAvailabilityZonesCommand, EC2Client } = await import('@aws-sdk/client-ec2');
  const client = new EC2Client(clientConfig(target));
  try {
    const { AvailabilityZones = [] } = await client.send(
      new DescribeAvailabilityZonesCommand({ Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }] }),
    );
    const zones = AvailabilityZones.filter(({ State }) => State === 'available').map(({ ZoneName }) => ZoneName);
    if (zones.length >= zonesNeeded)
      return ok(name, `${target.region}, zones ${zones.slice(0, zonesNeeded).join(', ')}`);
    return failure(
      name,
      `${target.region} has ${zones.length === 1 ? 'one zone' : `${zones.length} zones`} for this account, and the network spreads over ${zonesNeeded}: choose another region with --region.`,
    );
  } catch (error) {
    if (isDenied(error))
      return warning(
        name,
        `${target.region}; its zones could not be counted, as ec2:DescribeAvailabilityZones is not allowed.`,
      );
    const code = awsCodeOf(error);
    if (/AuthFailure|OptInRequired/.test(code))
      return failure(
        name,
        `${target.region} is not enabled for this account: enable it in the account settings or choose another with --region.`,
      );
    return failure(
      name,
      `Nothing answers for the region ${target.region} (${code || String(error)}): check its spelling, or choose another with --region.`,
    );
  } finally {
    client.destroy();
  }
}

/** The bootstrap stack's version, which it leaves in an SSM parameter. */
export async function checkBootstrap(
  target: AwsTarget,
  identity: Identity,
  bootstrap: Assembly['bootstrap'],
): Promise<Finding> {
  const name = 'CDK bootstrap';
  if (bootstrap === undefined) return ok(name, 'not needed');
  const command = `pnpm --filter @switchyard/infra exec cdk bootstrap aws://${identity.accountId}/${target.region}${target.profile === undefined ? '' : ` --profile ${target.profile}`}`;
  const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const client = new SSMClient(clientConfig(target));
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: bootstrap.parameter }));
    const version = Number(Parameter?.Value);
    if (version >= bootstrap.version) return ok(name, `version ${version}`);
    return failure(
      name,
      `Version ${Parameter?.Value} is older than the ${bootstrap.version} that is needed: run "${command}" once.`,
    );
  } catch (error) {
    if (awsCodeOf(error) === 'ParameterNotFound')
      return failure(
        name,
        `Account ${identity.accountId} is not bootstrapped in ${target.region}: run "${command}" once.`,
      );
    if (isDenied(error))
      return warning(
        name,
        `Its version could not be read, as ssm:GetParameter on ${bootstrap.parameter} is not allowed; the CDK will tell.`,
      );
    return failure(
      name,
      `Its version could not be read (${awsCodeOf(error) || String(error)}): check the network and the region.`,
    );
  } finally {
    client.destroy();
  }
}
