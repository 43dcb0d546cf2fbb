import { RemovalPolicy, Duration, Stack, Validations } from 'aws-cdk-lib';
import { CfnCertificate, CfnCertificateAuthority, CfnCertificateAuthorityActivation } from 'aws-cdk-lib/aws-acmpca';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { comesAndGoes } from '../weak-references.ts';

const managedPolicy = 'service-role/AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity';

/**
 * What Service Connect needs to encrypt calls: a private CA that signs a certificate for each service, a role by which ECS asks for
 * them and renews them every five days, and a key under which their private keys are kept. The CA is in short-lived mode,
 * which is an eighth of the price and all that certificates of seven days need. It has to outlast the services, hence the stack before theirs.
 * Source: ECS developer guide, Encrypt Service Connect traffic.
 *
 * ECS itself calls Private CA, Secrets Manager and KMS, under the role, and hands the certificates to the proxies through Service Connect's
 * control plane; so tasks without a NAT gateway need no endpoints for the three. Source: the same guide, Amazon ECS infrastructure IAM role and
 * Interface VPC endpoints, which name none; it does not say so in as many words.
 */
export class MeshEncryption extends Construct {
  readonly authorityArn: string;
  readonly role: Role;
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.authorityArn = this.#authority();
    this.key = new Key(this, 'Key', {
      description: 'Private keys of Service Connect',
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      description: 'ECS: certificates for Service Connect',
      assumedBy: new ServicePrincipal('ecs.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(managedPolicy)],
    });
    for (const resource of [this.key, this.role]) comesAndGoes(resource);
    this.key.grant(this.role, 'kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyPair');
    Validations.of(this.role).acknowledge({
      id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${managedPolicy}]`,
      // Source: AWS managed policy reference, version 4. It has nothing about KMS; the key's own grant has.
      reason:
        'AWS’s own policy for this purpose: Service Connect’s secrets in this account, and certificates for ends, not for CAs, of CAs with the tag AmazonECSManaged.',
    });
  }

  /** A root CA that is ready to sign: it has signed its own certificate, which outlasts the lab. */
  #authority(): string {
    const signingAlgorithm = 'SHA256WITHECDSA';
    const authority = new CfnCertificateAuthority(this, 'Authority', {
      type: 'ROOT',
      usageMode: 'SHORT_LIVED_CERTIFICATE',
      keyAlgorithm: 'EC_prime256v1',
      signingAlgorithm,
      subject: { commonName: 'Switchyard Service Connect' },
      // The managed policy allows ECS to use a CA with this tag only.
      tags: [{ key: 'AmazonECSManaged', value: 'true' }],
    });
    comesAndGoes(authority);
    const certificate = new CfnCertificate(this, 'Certificate', {
      certificateAuthorityArn: authority.attrArn,
      certificateSigningRequest: authority.attrCertificateSigningRequest,
      signingAlgorithm,
      templateArn: `arn:${Stack.of(this).partition}:acm-pca:::template/RootCACertificate/V1`,
      validity: { type: 'YEARS', value: 10 },
    });
    // oxlint-disable-next-line no-new -- a construct registers itself with its scope
    new CfnCertificateAuthorityActivation(this, 'Activation', {
      certificateAuthorityArn: authority.attrArn,
      certificate: certificate.attrCertificate,
      status: 'ACTIVE',
    });
    return authority.attrArn;
  }
}
