import type { Assembly } from '../assembly.ts';
import { awsCodeOf, clientConfig, isDenied } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';
import { certificateFinding } from './certificate.ts';
import type { Identity } from './credentials.ts';
import { failure, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

/** What the templates take from outside for HTTPS, as the switches named it. */
export interface DomainWish {
  readonly domainName?: string;
  readonly hostedZoneId?: string;
  readonly certificateArn?: string;
}

/** Read from the templates, so that it is known of an assembly made elsewhere, too. */
export function domainWishOf({ resources, outputs }: Pick<Assembly, 'resources' | 'outputs'>): DomainWish {
  const texts = (type: string, read: (properties: Readonly<Record<string, unknown>>) => unknown): string[] =>
    resources.filter((each) => each.type === type).flatMap(({ properties }) => textIn(read(properties)));
  const [hostedZoneId] = texts('AWS::Route53::RecordSet', ({ HostedZoneId }) => HostedZoneId);
  const [certificateArn] = texts('AWS::ElasticLoadBalancingV2::Listener', ({ Certificates }) =>
    ((Certificates ?? []) as readonly { readonly CertificateArn?: unknown }[]).map((each) => each.CertificateArn),
  );
  const urls = outputs.filter(({ name }) => name === 'Url').flatMap(({ value }) => textIn(value));
  const domainName = urls.flatMap((url) => /^https:\/\/([^/]+)$/.exec(url)?.[1] ?? [])[0];
  return {
    ...(domainName === undefined ? {} : { domainName }),
    ...(hostedZoneId === undefined ? {} : { hostedZoneId }),
    ...(certificateArn === undefined ? {} : { certificateArn }),
  };
}

/** Text that is there already, not the function that gives it at deployment. */
function textIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => textIn(each));
  return typeof value === 'string' ? [value] : [];
}

/** One finding for the zone and one for the certificate that the switches name; none when they name none. */
export async function checkDomain(target: AwsTarget, identity: Identity, wish: DomainWish): Promise<Finding[]> {
  const { domainName, hostedZoneId, certificateArn } = wish;
  return await Promise.all([
    ...(hostedZoneId === undefined || domainName === undefined
      ? []
      : [checkHostedZone(target, identity, hostedZoneId, domainName)]),
    ...(certificateArn === undefined ? [] : [certificateFinding(target, identity, certificateArn, domainName)]),
  ]);
}

async function checkHostedZone(
  target: AwsTarget,
  { accountId }: Identity,
  Id: string,
  domainName: string,
): Promise<Finding> {
  const name = 'hosted zone';
  const { GetHostedZoneCommand, Route53Client } = await import('@aws-sdk/client-route-53');
  const client = new Route53Client(clientConfig(target));
  try {
    const { HostedZone } = await client.send(new GetHostedZoneCommand({ Id }));
    const zoneName = (HostedZone?.Name ?? '').replace(/\.$/, '');
    if (HostedZone?.Config?.PrivateZone === true)
      return failure(
        name,
        `${Id} (${zoneName}) is private, so nobody outside could find ${domainName}: name a public zone with --hosted-zone.`,
      );
    if (domainName !== zoneName && !domainName.endsWith(`.${zoneName}`))
      return failure(
        name,
        `${Id} is the zone of ${zoneName}, which ${domainName} is not in: change --hosted-zone or --domain.`,
      );
    return ok(name, `${Id} (${zoneName}) takes ${domainName}`);
  } catch (error) {
    if (isDenied(error)) return warning(name, `${Id} could not be looked at, as route53:GetHostedZone is not allowed.`);
    if (/NoSuchHostedZone|InvalidInput/.test(awsCodeOf(error)))
      return failure(
        name,
        `There is no ${Id} in account ${accountId}: "aws route53 list-hosted-zones" tells what there is for --hosted-zone.`,
      );
    return failure(
      name,
      `${Id} could not be looked at (${awsCodeOf(error) || String(error)}): check the network and run this again.`,
    );
  } finally {
    client.destroy();
  }
}
