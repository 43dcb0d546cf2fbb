import type { Prices } from './prices.ts';

/**
 * What each CloudFormation type has to do with the price. `counted` types have a line of their own (see hourly-cost.ts), `usage`
 * types cost by what flows through them, `free` ones nothing. A type that is in none of the lists is reported as not counted.
 */
export type PriceKind =
  | { readonly kind: 'counted' }
  | { readonly kind: 'free' }
  | { readonly kind: 'usage'; readonly note: keyof Prices['usage'] };

const counted = new Set([
  'AWS::ACMPCA::CertificateAuthority',
  'AWS::AutoScaling::AutoScalingGroup',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::EC2::EIP',
  'AWS::EC2::NatGateway',
  'AWS::EC2::VPCEndpoint',
  'AWS::ECS::Service',
  'AWS::ECS::TaskDefinition',
  'AWS::ElasticLoadBalancing::LoadBalancer',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::KMS::Key',
  'AWS::Route53::HostedZone',
  'AWS::SecretsManager::Secret',
  'AWS::ServiceDiscovery::PrivateDnsNamespace',
]);

const usage: Readonly<Record<string, keyof Prices['usage']>> = {
  'AWS::EC2::FlowLog': 'logs',
  'AWS::EC2::NetworkInsightsPath': 'reachability',
  'AWS::Lambda::Function': 'requests',
  'AWS::Logs::LogGroup': 'logs',
  'AWS::S3::Bucket': 'storage',
  'AWS::SNS::Topic': 'requests',
  'AWS::SQS::Queue': 'requests',
  'AWS::ServiceDiscovery::Service': 'discovery',
};

const free = [
  /^AWS::ApplicationAutoScaling::/,
  /^AWS::AutoScaling::(LifecycleHook|ScalingPolicy|ScheduledAction|WarmPool)$/,
  /^AWS::ACMPCA::(Certificate|CertificateAuthorityActivation|Permission)$/,
  /^AWS::CDK::Metadata$/,
  /^AWS::CertificateManager::Certificate$/,
  /^AWS::CloudFormation::(CustomResource|WaitCondition|WaitConditionHandle)$/,
  /^AWS::EC2::(DHCPOptions|EIPAssociation|InternetGateway|LaunchTemplate|NetworkAcl|NetworkAclEntry|Route|RouteTable|SecurityGroup|SecurityGroupEgress|SecurityGroupIngress|Subnet|SubnetCidrBlock|SubnetNetworkAclAssociation|SubnetRouteTableAssociation|VPC|VPCCidrBlock|VPCDHCPOptionsAssociation|VPCGatewayAttachment)$/,
  /^AWS::ECS::(CapacityProvider|Cluster|ClusterCapacityProviderAssociations|PrimaryTaskSet|TaskSet)$/,
  /^AWS::ElasticLoadBalancingV2::(Listener|ListenerCertificate|ListenerRule|TargetGroup|TrustStore)$/,
  /^AWS::Events::/,
  /^AWS::IAM::/,
  /^AWS::KMS::Alias$/,
  /^AWS::Lambda::(EventInvokeConfig|LayerVersion|Permission)$/,
  /^AWS::Logs::(LogStream|MetricFilter|QueryDefinition|ResourcePolicy|SubscriptionFilter)$/,
  /^AWS::Route53::RecordSet$/,
  /^AWS::S3::BucketPolicy$/,
  /^AWS::SNS::(Subscription|TopicPolicy)$/,
  /^AWS::SQS::QueuePolicy$/,
  /^AWS::SSM::Parameter$/,
  /^AWS::ServiceDiscovery::HttpNamespace$/,
  /^Custom::/,
];

/** `undefined`: nobody has said yet what this type costs. */
export function priceKindOf(type: string): PriceKind | undefined {
  if (counted.has(type)) return { kind: 'counted' };
  const note = Object.hasOwn(usage, type) ? usage[type] : undefined;
  if (note !== undefined) return { kind: 'usage', note };
  return free.some((pattern) => pattern.test(type)) ? { kind: 'free' } : undefined;
}
