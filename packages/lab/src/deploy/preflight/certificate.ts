import { awsCodeOf, clientConfig, isDenied } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';
import type { Identity } from './credentials.ts';
import { failure, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const name = 'certificate';

/** A load balancer takes certificates of its own account and region only; clients take those that cover the name they asked for. */
export async function certificateFinding(
  target: AwsTarget,
  { accountId }: Identity,
  CertificateArn: string,
  domainName: string | undefined,
): Promise<Finding> {
  const [, , , region = '', owner = ''] = CertificateArn.split(':');
  if (region !== target.region)
    return failure(
      name,
      `It is in ${region}, but a load balancer in ${target.region} takes one of its own region only: request one there for --certificate, or deploy with --region ${region}.`,
    );
  if (owner !== accountId)
    return failure(
      name,
      `It is of account ${owner}, but a load balancer in account ${accountId} takes one of its own account only: request one there for --certificate.`,
    );
  const { ACMClient, DescribeCertificateCommand } = await import('@aws-sdk/client-acm');
  const client = new ACMClient(clientConfig(target));
  try {
    const { Certificate } = await client.send(new DescribeCertificateCommand({ CertificateArn }));
    const { Status = 'unknown', DomainName = '', SubjectAlternativeNames = [] } = Certificate ?? {};
    const names = [...new Set([DomainName, ...SubjectAlternativeNames])].filter((each) => each !== '');
    return verdict(Status, names, domainName);
  } catch (error) {
    if (isDenied(error)) return warning(name, 'It could not be looked at, as acm:DescribeCertificate is not allowed.');
    if (awsCodeOf(error) === 'ResourceNotFoundException')
      return failure(
        name,
        `There is no ${CertificateArn}: "aws acm list-certificates --region ${region}" tells what there is for --certificate.`,
      );
    return failure(
      name,
      `It could not be looked at (${awsCodeOf(error) || String(error)}): check the network and run this again.`,
    );
  } finally {
    client.destroy();
  }
}

function verdict(status: string, names: readonly string[], domainName: string | undefined): Finding {
  if (status === 'PENDING_VALIDATION')
    return failure(
      name,
      `That for ${names.join(', ')} is not issued yet: validate it, by the record that ACM asks for, and run this again.`,
    );
  if (status !== 'ISSUED')
    return failure(
      name,
      `That for ${names.join(', ')} is ${status}, so no load balancer takes it: request another for --certificate.`,
    );
  if (domainName !== undefined && !names.some((each) => isCovered(domainName, each)))
    return failure(
      name,
      `It is for ${names.join(', ')}, which does not cover ${domainName}: change --certificate or --domain.`,
    );
  return ok(name, `issued for ${names.join(', ')}`);
}

/** A wildcard stands for one whole label: `*.example.com` covers `lab.example.com`, and neither `example.com` nor `a.b.example.com`. */
export function isCovered(domainName: string, certificateName: string): boolean {
  const wanted = domainName.toLowerCase();
  const given = certificateName.toLowerCase();
  return given.startsWith('*.') ? wanted.slice(wanted.indexOf('.')) === given.slice(1) : wanted === given;
}
