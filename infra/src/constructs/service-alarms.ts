import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { alarms } from '../config.ts';
import type { ServiceConfig } from '../config.ts';
import { missingTasksMetric, serviceMetric, targetMetric } from '../metrics.ts';
import type { RoutedService } from './routed-service.ts';
import { RunbookAlarm } from './runbook-alarm.ts';

export interface ServiceAlarmsProps {
  readonly service: ServiceConfig;
  readonly routed: RoutedService;
  readonly loadBalancer: ApplicationLoadBalancer;
}

/** What can be wrong with a service besides errors, which {@link RoutedService} watches itself. */
export class ServiceAlarms extends Construct {
  readonly all: readonly RunbookAlarm[];

  constructor(scope: Construct, id: string, { service, routed, loadBalancer }: ServiceAlarmsProps) {
    super(scope, id);
    const { name } = service;
    const { targetGroup } = routed;
    this.all = [
      new RunbookAlarm(this, 'UnhealthyTargets', {
        meaning: `A target of the ${name} fails its health checks.`,
        runbook: 'unhealthy-targets',
        metric: targetMetric({ loadBalancer, targetGroup }, 'UnHealthyHostCount', Stats.MAXIMUM),
        threshold: 1,
      }),
      new RunbookAlarm(this, 'SlowResponses', {
        meaning: `One in a hundred answers of the ${name} takes more than ${alarms.responseTimeSeconds} s.`,
        runbook: 'slow-responses',
        metric: targetMetric({ loadBalancer, targetGroup }, 'TargetResponseTime', Stats.p(99)),
        threshold: alarms.responseTimeSeconds,
        periods: 5,
        datapoints: 3,
      }),
      new RunbookAlarm(this, 'TooFewTasks', {
        meaning: `Fewer tasks of the ${name} run than are desired.`,
        runbook: 'too-few-tasks',
        metric: missingTasksMetric(name),
        threshold: 1,
        periods: 5,
      }),
      new RunbookAlarm(this, 'Memory', {
        meaning: `The ${name} uses more than ${alarms.memoryPercent} % of its memory.`,
        runbook: 'memory',
        metric: serviceMetric(name, 'MemoryUtilization'),
        threshold: alarms.memoryPercent,
        periods: 5,
        datapoints: 3,
      }),
    ];
  }
}
