import { Dashboard, GraphWidget, MathExpression, Stats, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { IMetric, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { serviceNames, services } from '../config.ts';
import type { ServiceName } from '../config.ts';
import {
  applicationMetric,
  loadBalancerMetric,
  lookUpMetric,
  meshMetric,
  natGatewayMetric,
  serviceMetric,
  targetMetric,
} from '../metrics.ts';
import type { RoutedService } from './routed-service.ts';
import { metricPeriod, operationsGuide } from './runbook-alarm.ts';

export interface TrafficDashboardProps {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly services: Readonly<Record<ServiceName, RoutedService>>;
  readonly vpcId: string;
  readonly natGatewayIds: readonly string[];
  readonly rejectedFlows: IMetric;
}

/** One page from the internet inwards: requests, latency, errors by origin, hosts, tasks, Service Connect, the network's edges. */
export class TrafficDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: TrafficDashboardProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, 'Dashboard');
    this.dashboard.addWidgets(
      new TextWidget({
        width: 24,
        height: 1,
        markdown: `**Switchyard**, from the internet inwards. What to do when something is off: ${operationsGuide(this)}`,
      }),
    );
    this.dashboard.addWidgets(...loadBalancerRow(props));
    this.dashboard.addWidgets(...serviceRow(props));
    this.dashboard.addWidgets(...applicationRow());
    this.dashboard.addWidgets(...networkRow(props));
  }
}

function graph(title: string, left: IMetric[], width = 8): GraphWidget {
  return new GraphWidget({ title, left, width, height: 6 });
}

function perService({ loadBalancer, services }: TrafficDashboardProps, name: string, statistic: string): IMetric[] {
  return serviceNames.map((service) =>
    targetMetric({ loadBalancer, targetGroup: services[service].targetGroup }, name, statistic, service),
  );
}

function loadBalancerRow(props: TrafficDashboardProps): IWidget[] {
  const { loadBalancer } = props;
  const latency = [Stats.p(50), Stats.p(90), Stats.p(99)].flatMap((statistic) =>
    serviceNames.map((service) =>
      targetMetric(
        { loadBalancer, targetGroup: props.services[service].targetGroup },
        'TargetResponseTime',
        statistic,
        `${service} ${statistic}`,
      ),
    ),
  );
  return [
    graph('Requests by service', perService(props, 'RequestCount', Stats.SUM)),
    graph('Latency by service (s)', latency),
    graph('Errors by origin', [
      loadBalancerMetric(loadBalancer, 'HTTPCode_ELB_4XX_Count', 'load balancer 4xx'),
      loadBalancerMetric(loadBalancer, 'HTTPCode_ELB_5XX_Count', 'load balancer 5xx'),
      loadBalancerMetric(loadBalancer, 'HTTPCode_Target_4XX_Count', 'services 4xx'),
      loadBalancerMetric(loadBalancer, 'HTTPCode_Target_5XX_Count', 'services 5xx'),
    ]),
  ];
}

function serviceRow(props: TrafficDashboardProps): IWidget[] {
  return [
    graph('Healthy hosts', perService(props, 'HealthyHostCount', Stats.MINIMUM)),
    graph('CPU and memory (%)', [
      ...serviceNames.map((service) => serviceMetric(service, 'CPUUtilization', `${service} CPU`)),
      ...serviceNames.map((service) => serviceMetric(service, 'MemoryUtilization', `${service} memory`)),
    ]),
    graph('Service Connect: response time (ms) and 5xx', [
      ...calls().map(([caller, callee]) => meshMetric(caller, callee, 'TargetResponseTime', Stats.p(99))),
      ...calls().map(([caller, callee]) => meshMetric(caller, callee, 'HTTPCode_Target_5XX_Count', Stats.SUM)),
    ]),
  ];
}

/** What the services say of themselves: also of requests that no load balancer has seen. */
function applicationRow(): IWidget[] {
  const all = (name: string, statistic: string) => serviceNames.map((each) => applicationMetric(each, name, statistic));
  const lookUps = (name: string, statistic: string) =>
    serviceNames.flatMap((each) =>
      services[each].discoversInstances
        ? [lookUpMetric(each, 'cloud-map-dns', name, statistic), lookUpMetric(each, 'cloud-map-api', name, statistic)]
        : [],
    );
  return [
    graph('Requests and server errors, as the services count them', [
      ...all('Requests', Stats.SUM),
      ...serviceNames.map((each) => applicationMetric(each, 'ServerErrors', Stats.SUM, `${each} errors`)),
    ]),
    graph('Latency, as the services measure it (ms, p99)', all('Latency', Stats.p(99))),
    graph('Discovery look-ups: time (ms, p99) and errors', [
      ...lookUps('LookUpLatency', Stats.p(99)),
      ...lookUps('LookUpErrors', Stats.SUM),
    ]),
  ];
}

function networkRow({ vpcId, natGatewayIds, rejectedFlows }: TrafficDashboardProps): IWidget[] {
  const endpointBytes = new MathExpression({
    expression: `SEARCH('{AWS/PrivateLinkEndpoints,"Endpoint Type","Service Name","VPC Endpoint Id","VPC Id"} MetricName="BytesProcessed" "VPC Id"="${vpcId}"', 'Sum', ${metricPeriod.toSeconds()})`,
    label: '',
    usingMetrics: {},
    period: metricPeriod,
  });
  const nat = natGatewayIds.flatMap((id, index) => [
    natGatewayMetric(id, 'BytesOutToDestination', `out, NAT ${index + 1}`),
    natGatewayMetric(id, 'BytesInFromDestination', `in, NAT ${index + 1}`),
  ]);
  return [
    ...(nat.length > 0 ? [graph('NAT gateways (bytes)', nat)] : []),
    graph('Interface endpoints (bytes)', [endpointBytes]),
    graph('Rejected flows that began in the VPC', [rejectedFlows]),
  ];
}

function calls(): (readonly [caller: ServiceName, callee: ServiceName])[] {
  return serviceNames.flatMap((caller) => services[caller].calls.map((callee) => [caller, callee] as const));
}
