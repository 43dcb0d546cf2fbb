import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApplicationLoadBalancer, ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { clusterName } from './config.ts';
import type { ServiceName } from './config.ts';
import { metricPeriod } from './constructs/runbook-alarm.ts';

type Dimensions = Record<string, string>;
/** How the services name what goes out to Cloud Map. */
type LookUpMechanism = 'cloud-map-dns' | 'cloud-map-api';

/** The services write it into every metric. */
const applicationNamespace = 'Switchyard/Services';

function metric(namespace: string, metricName: string, dimensionsMap: Dimensions, statistic: string, label?: string) {
  const labelled = label === undefined ? {} : { label };
  return new Metric({ namespace, metricName, dimensionsMap, statistic, ...labelled, period: metricPeriod });
}

/** Of the load balancer as a whole. */
export function loadBalancerMetric(loadBalancer: ApplicationLoadBalancer, name: string, label?: string): Metric {
  const dimensions = { LoadBalancer: loadBalancer.loadBalancerFullName };
  return metric('AWS/ApplicationELB', name, dimensions, Stats.SUM, label);
}

/** Of one target group behind one load balancer. Needs no listener, so an alarm can exist before the service does. */
export function targetMetric(
  { loadBalancer, targetGroup }: { loadBalancer: ApplicationLoadBalancer; targetGroup: ApplicationTargetGroup },
  name: string,
  statistic: string,
  label?: string,
): Metric {
  const dimensions = {
    LoadBalancer: loadBalancer.loadBalancerFullName,
    TargetGroup: targetGroup.targetGroupFullName,
  };
  return metric('AWS/ApplicationELB', name, dimensions, statistic, label);
}

/** Of a service's tasks: `CPUUtilization` and `MemoryUtilization`, in percent. */
export function serviceMetric(service: ServiceName, name: string, label: string = service): Metric {
  return metric('AWS/ECS', name, { ClusterName: clusterName, ServiceName: service }, Stats.AVERAGE, label);
}

/** How many of a service's tasks do not run although they are desired, whatever scaling desires at the time; from Container Insights. */
export function missingTasksMetric(service: ServiceName): MathExpression {
  const dimensions = { ClusterName: clusterName, ServiceName: service };
  const count = (name: string) => metric('ECS/ContainerInsights', name, dimensions, Stats.MINIMUM);
  return new MathExpression({
    expression: 'desired - running',
    usingMetrics: { desired: count('DesiredTaskCount'), running: count('RunningTaskCount') },
    label: service,
    period: metricPeriod,
  });
}

/** Of a service itself, over all its routes, out of its log: `Requests`, `ClientErrors`, `ServerErrors`, `Latency` in milliseconds. */
export function applicationMetric(service: ServiceName, name: string, statistic: string, label: string = service) {
  return metric(applicationNamespace, name, { Service: service }, statistic, label);
}

/** Of a service's discovery look-ups by one mechanism, out of its log: `LookUps`, `LookUpErrors`, `LookUpLatency` in milliseconds. */
export function lookUpMetric(
  service: ServiceName,
  mechanism: LookUpMechanism,
  name: string,
  statistic: string,
): Metric {
  const dimensions = { Service: service, Mechanism: mechanism };
  return metric(applicationNamespace, name, dimensions, statistic, `${service} ${mechanism}`);
}

/** Of the proxy in front of `caller`, about its calls to `callee`. Source: ECS developer guide, CloudWatch metrics of Service Connect. */
export function meshMetric(caller: ServiceName, callee: ServiceName, name: string, statistic: string): Metric {
  const dimensions = { ClusterName: clusterName, ServiceName: caller, TargetDiscoveryName: callee };
  return metric('AWS/ECS', name, dimensions, statistic, `${caller} to ${callee}`);
}

export function natGatewayMetric(natGatewayId: string, name: string, label?: string): Metric {
  return metric('AWS/NATGateway', name, { NatGatewayId: natGatewayId }, Stats.SUM, label);
}
