import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import { alarms, network, serviceNames, services } from '../config.ts';
import { RejectedFlows } from '../constructs/rejected-flows.ts';
import { RunbookAlarm } from '../constructs/runbook-alarm.ts';
import { SavedQueries } from '../constructs/saved-queries.ts';
import { ServiceAlarms } from '../constructs/service-alarms.ts';
import { TrafficDashboard } from '../constructs/traffic-dashboard.ts';
import { loadBalancerMetric, natGatewayMetric } from '../metrics.ts';
import { holdsNothing } from '../weak-references.ts';
import type { NetworkStack } from './network-stack.ts';
import type { PlatformStack } from './platform-stack.ts';
import type { ServicesStack } from './services-stack.ts';

export interface ObservabilityStackProps extends StackProps {
  readonly network: NetworkStack;
  readonly platform: PlatformStack;
  readonly services: ServicesStack;
}

/** What watches: alarms, a dashboard and saved queries. Nothing depends on it. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id, props);
    holdsNothing(this);
    const { platform, services: running } = props;
    const { flows, network: tiers } = props.network;
    const { loadBalancer } = platform.entrance;
    const rejected = new RejectedFlows(this, 'RejectedFlows', {
      flowLogs: flows.logGroup,
      addressPrefix: network.cidrBlock.split('.').slice(0, 2).join('.').concat('.'),
    });
    const all = [
      ...serviceNames.flatMap(
        (name) =>
          new ServiceAlarms(this, name, { service: services[name], routed: running.services[name], loadBalancer }).all,
      ),
      new RunbookAlarm(this, 'LoadBalancerErrors', {
        meaning: 'The load balancer answers with errors of its own.',
        runbook: 'load-balancer-errors',
        metric: loadBalancerMetric(loadBalancer, 'HTTPCode_ELB_5XX_Count'),
        threshold: alarms.errorsPerMinute,
        datapoints: 2,
      }),
      new RunbookAlarm(this, 'Rejected', {
        meaning: 'Something in the VPC tries to reach what it may not reach.',
        runbook: 'rejected-flows',
        metric: rejected.metric,
        threshold: alarms.rejectedFlows,
        datapoints: 2,
      }),
      ...tiers.natGatewayIds.map(
        (natGatewayId, index) =>
          new RunbookAlarm(this, `NatPorts${index + 1}`, {
            meaning: 'A NAT gateway has run out of ports for a destination.',
            runbook: 'nat-port-allocation',
            metric: natGatewayMetric(natGatewayId, 'ErrorPortAllocation'),
            threshold: 1,
          }),
      ),
    ];
    const { alarmTopic } = platform;
    if (alarmTopic) for (const { alarm } of all) alarm.addAlarmAction(new SnsAction(alarmTopic));
    this.#pages(props, rejected);
  }

  #pages({ network, platform, services }: ObservabilityStackProps, rejected: RejectedFlows): void {
    const { vpc, natGatewayIds } = network.network;
    const { dashboard } = new TrafficDashboard(this, 'Traffic', {
      loadBalancer: platform.entrance.loadBalancer,
      services: services.services,
      vpcId: vpc.vpcId,
      natGatewayIds,
      rejectedFlows: rejected.metric,
    });
    // oxlint-disable-next-line no-new -- a construct registers itself with its scope
    new CfnOutput(this, 'DashboardUrl', {
      description: 'The dashboard',
      value: `https://${this.region}.console.aws.amazon.com/cloudwatch/home?region=${this.region}#dashboards:name=${dashboard.dashboardName}`,
    });
    // oxlint-disable-next-line no-new -- a construct registers itself with its scope
    new SavedQueries(this, 'Queries', {
      flowLogs: network.flows.logGroup,
      serviceLogs: serviceNames.map((name) => services.services[name].logGroup),
      proxyLogs: services.proxyLogs,
    });
  }
}
