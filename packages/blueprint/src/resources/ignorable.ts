/**
 * Resource types that the blueprint leaves out without a warning, each because nothing about which request reaches which
 * task depends on it. A trailing `*` stands for the rest of the name.
 */
const ignorableTypes: readonly string[] = [
  // Permissions, keys and names: the local run has no identities.
  'AWS::IAM::*',
  'AWS::KMS::*',
  // Signs certificates for Service Connect; each service that is given one is warned of.
  'AWS::ACMPCA::*',
  'AWS::SecretsManager::*',
  'AWS::SSM::Parameter',
  'AWS::CertificateManager::*',
  'AWS::Route53::RecordSet',
  'AWS::Route53::HostedZone',
  // What observes.
  'AWS::Logs::*',
  'AWS::CloudWatch::*',
  'AWS::SNS::*',
  'AWS::EC2::FlowLog',
  'AWS::Budgets::Budget',
  'AWS::XRay::*',
  // Where logs and images lie.
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::ECR::*',
  // CDK's own.
  'AWS::CDK::Metadata',
  'Custom::VpcRestrictDefaultSG',
  'Custom::S3AutoDeleteObjects',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::AutoScaling::LifecycleHook',
];

export function isIgnorable(type: string): boolean {
  return ignorableTypes.some((known) => (known.endsWith('*') ? type.startsWith(known.slice(0, -1)) : type === known));
}
