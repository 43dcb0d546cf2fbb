import { RemovalPolicy } from 'aws-cdk-lib';
import {
  FlowLog,
  FlowLogDestination,
  FlowLogMaxAggregationInterval,
  FlowLogResourceType,
  LogFormat,
} from 'aws-cdk-lib/aws-ec2';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface FlowRecordProps {
  readonly vpc: IVpc;
  readonly retention: RetentionDays;
}

/**
 * The fields of a record, in order: who, from where, to where, what became of it, and which task it was.
 * `pkt-` addresses are those of the packet, before a NAT gateway or load balancer put its own in.
 */
export const flowFields = [
  'version',
  'vpc-id',
  'subnet-id',
  'az-id',
  'interface-id',
  'flow-direction',
  'traffic-path',
  'srcaddr',
  'srcport',
  'dstaddr',
  'dstport',
  'pkt-srcaddr',
  'pkt-dstaddr',
  'pkt-dst-aws-service',
  'protocol',
  'tcp-flags',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'reject-reason',
  'log-status',
  'ecs-cluster-name',
  'ecs-service-name',
  'ecs-task-id',
] as const;

/** Every flow in the VPC, accepted or rejected, once a minute. */
export class FlowRecord extends Construct {
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { vpc, retention }: FlowRecordProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', { retention, removalPolicy: RemovalPolicy.DESTROY });
    // oxlint-disable-next-line no-new -- a construct registers itself with its scope
    new FlowLog(this, 'FlowLog', {
      resourceType: FlowLogResourceType.fromVpc(vpc),
      destination: FlowLogDestination.toCloudWatchLogs(this.logGroup),
      maxAggregationInterval: FlowLogMaxAggregationInterval.ONE_MINUTE,
      logFormat: flowFields.map((field) => LogFormat.field(field)),
    });
  }
}
