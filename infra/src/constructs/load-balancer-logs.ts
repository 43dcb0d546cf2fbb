import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { ApplicationLoadBalancer, CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface LoadBalancerLogsProps {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly retentionDays: number;
}

/** The load balancer's attribute prefixes, which are also the folders in the bucket. */
const kinds = ['access_logs', 'connection_logs', 'health_check_logs'] as const;

/**
 * Who asked what, who connected and which health check failed why: every five minutes into an encrypted bucket, which is
 * emptied and removed with its stack. Written out because the CDK's own methods need to know the region.
 */
export class LoadBalancerLogs extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { loadBalancer, retentionDays }: LoadBalancerLogsProps) {
    super(scope, id);
    // Elastic Load Balancing can write to buckets with S3's own keys only.
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(retentionDays) }],
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'The bucket holds logs of the load balancer; logs of who read the logs would need a bucket in turn.',
    });
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LoadBalancerWrites',
        principals: [new ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: kinds.map((kind) => this.bucket.arnForObjects(`${kind}/AWSLogs/${Stack.of(this).account}/*`)),
      }),
    );
    for (const kind of kinds) {
      loadBalancer.setAttribute(`${kind}.s3.enabled`, 'true');
      loadBalancer.setAttribute(`${kind}.s3.bucket`, this.bucket.bucketName);
      loadBalancer.setAttribute(`${kind}.s3.prefix`, kind);
    }
    // Elastic Load Balancing tries to write when the attribute is set.
    if (this.bucket.policy) (loadBalancer.node.defaultChild as CfnLoadBalancer).node.addDependency(this.bucket.policy);
  }
}
