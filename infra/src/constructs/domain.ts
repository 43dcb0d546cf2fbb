import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { comesAndGoes } from '../weak-references.ts';

export interface DomainProps {
  readonly loadBalancer: ApplicationLoadBalancer;
  /** What the certificate is for. */
  readonly domainName: string;
  /** Public zone that `domainName` is in. @default no alias record is made */
  readonly hostedZoneId?: string;
  /** @default a certificate for `domainName`, validated in the hosted zone */
  readonly certificateArn?: string;
}

/** A certificate for the load balancer and, in a zone of ours, a record that leads to it. */
export class Domain extends Construct {
  readonly certificate: ICertificate;

  /** @throws Error when there is neither a certificate nor what it takes to make one. */
  constructor(scope: Construct, id: string, props: DomainProps) {
    super(scope, id);
    const { loadBalancer, domainName, hostedZoneId, certificateArn } = props;
    // Names are given in full, so the zone's own name is never looked at.
    const zone =
      hostedZoneId === undefined
        ? undefined
        : HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName: domainName });
    if (certificateArn !== undefined) {
      this.certificate = Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    } else if (zone) {
      this.certificate = new Certificate(this, `Certificate for ${domainName}`, {
        domainName,
        validation: CertificateValidation.fromDns(zone),
      });
      comesAndGoes(this.certificate);
    } else {
      throw new Error('HTTPS needs a certificate: give certificateArn or hostedZoneId.');
    }
    if (zone) {
      // oxlint-disable-next-line no-new -- a construct registers itself with its scope
      new ARecord(this, 'Alias', {
        zone,
        recordName: `${domainName}.`,
        target: RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer)),
      });
    }
  }
}
