import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { flowFields } from './flow-record.ts';
import { metricPeriod } from './runbook-alarm.ts';
import { columnOf } from './saved-queries.ts';

export interface RejectedFlowsProps {
  readonly flowLogs: ILogGroup;
  /** Begins the addresses of the VPC: `10.10.`. */
  readonly addressPrefix: string;
}

/** Counts flows that something in the VPC began and a security group or an ACL stopped. The internet's own noise is left out. */
export class RejectedFlows extends Construct {
  readonly metric: Metric;

  constructor(scope: Construct, id: string, { flowLogs, addressPrefix }: RejectedFlowsProps) {
    super(scope, id);
    const names = { metricNamespace: 'Switchyard/Network', metricName: 'RejectedFlows' };
    // oxlint-disable-next-line no-new -- a construct registers itself with its scope
    new MetricFilter(this, 'Filter', {
      ...names,
      logGroup: flowLogs,
      filterPattern: FilterPattern.spaceDelimited(...flowFields.map(columnOf))
        .whereString('srcaddr', '=', `${addressPrefix}*`)
        .whereString('action', '=', 'REJECT'),
      metricValue: '1',
      defaultValue: 0,
    });
    this.metric = new Metric({
      namespace: names.metricNamespace,
      metricName: names.metricName,
      statistic: Stats.SUM,
      period: metricPeriod,
    });
  }
}
