import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApplicationLoadBalancer, ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { clusterName } from './config.ts';
import type { ServiceName } from './config.ts';
import { metricPeriod } from './constructs/runbook-alarm.ts';

type Dimensions = Record<string, string>;

function metric(namespace: string, metricName: string, dimensionsMap: Dimensions, statistic: string, label?: string) {
  return new Metric({ namespace, metricName, dimensionsMap, statistic, label, period: metricPeriod });
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

/** Of a service's tasks, from Container Insights: `RunningTaskCount`, `DesiredTaskCount`. */
export function taskCountMetric(service: ServiceName, name: string): Metric {
  return metric(
    'ECS/ContainerInsights',
    name,
    { ClusterName: clusterName, ServiceName: service },
    Stats.MINIMUM,
    service,
  );
}

/** Of the proxy in front of `caller`, about its calls to `callee`. Source: ECS developer guide, CloudWatch metrics of Service Connect. */
export function meshMetric(caller: ServiceName, callee: ServiceName, name: string, statistic: string): Metric {
  const dimensions = { ClusterName: clusterName, ServiceName: caller, TargetDiscoveryName: callee };
  return metric('AWS/ECS', name, dimensions, statistic, `${caller} to ${callee}`);
}

export function natGatewayMetric(natGatewayId: string, name: string, label?: string): Metric {
  return metric('AWS/NATGateway', name, { NatGatewayId: natGatewayId }, Stats.SUM, label);
}
