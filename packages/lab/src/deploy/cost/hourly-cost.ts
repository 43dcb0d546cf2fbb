import type { Blueprint } from '@switchyard/blueprint';

import type { TemplateResource } from '../assembly.ts';
import { costLine } from './cost-line.ts';
import type { CostLine } from './cost-line.ts';
import type { CpuArchitecture, Prices } from './prices.ts';
import { insightsOf } from './insights-cost.ts';
import type { InsightsEstimate } from './insights-cost.ts';
import { instanceLines } from './instance-cost.ts';
import { priceKindOf } from './resource-kinds.ts';

export interface Cost {
  readonly lines: readonly CostLine[];
  readonly hourlyUsd: number;
  readonly monthlyUsd: number;
  /** What comes on top while it stands idle, and can only be estimated. */
  readonly insights?: InsightsEstimate;
  /** What costs by use: one phrase each, with its unit price. */
  readonly usage: readonly string[];
  /** What the price table does not know: never left out silently. */
  readonly notCounted: readonly string[];
}

/**
 * What the system costs while it stands idle, at its desired counts. The network, the load balancers and the tasks come from the
 * blueprint; `resources` adds what the blueprint has no word for (instances, alarms, authorities, keys).
 */
export function hourlyCostOf(blueprint: Blueprint, resources: readonly TemplateResource[], prices: Prices): Cost {
  const instances = instanceLines(resources, prices);
  const lines = [
    ...taskLines(blueprint, resources, prices),
    ...networkLines(blueprint, prices),
    ...instances.lines,
    ...monthlyLines(blueprint, resources, prices),
  ].filter(({ count }) => count > 0);
  const insights = insightsOf(blueprint, resources, prices);
  const hourlyUsd = lines.reduce((sum, line) => sum + line.hourlyUsd, 0);
  return {
    lines,
    hourlyUsd,
    monthlyUsd: hourlyUsd * prices.hoursPerMonth,
    ...(insights && { insights }),
    usage: usageOf(blueprint, resources, prices),
    notCounted: [...instances.notCounted, ...unknownTypes(resources)],
  };
}

function taskLines(blueprint: Blueprint, resources: readonly TemplateResource[], { hourly }: Prices): CostLine[] {
  const lines = { X86_64: { vcpu: 0, gib: 0 }, ARM64: { vcpu: 0, gib: 0 } };
  for (const service of blueprint.services) {
    const definition = blueprint.taskDefinitions.find(({ name }) => name === service.taskDefinition);
    if (service.launchType !== 'FARGATE' || definition === undefined) continue;
    const sum = lines[architectureOf(definition.name, resources)];
    sum.vcpu += (service.desiredCount * (definition.cpu ?? 0)) / 1024;
    sum.gib += (service.desiredCount * (definition.memory ?? 0)) / 1024;
  }
  return (Object.keys(lines) as CpuArchitecture[]).flatMap((architecture) => {
    const label = architecture === 'ARM64' ? 'Fargate on ARM' : 'Fargate';
    return [
      costLine(`${label}, vCPU`, lines[architecture].vcpu, hourly.fargateVcpu[architecture]),
      costLine(`${label}, GiB of memory`, lines[architecture].gib, hourly.fargateGib[architecture]),
    ];
  });
}

function architectureOf(family: string, resources: readonly TemplateResource[]): CpuArchitecture {
  const found = resources.find(
    ({ type, properties }) => type === 'AWS::ECS::TaskDefinition' && properties['Family'] === family,
  );
  const platform = found?.properties['RuntimePlatform'] as { readonly CpuArchitecture?: string } | undefined;
  return platform?.CpuArchitecture === 'ARM64' ? 'ARM64' : 'X86_64';
}

function networkLines(blueprint: Blueprint, { hourly }: Prices): CostLine[] {
  const ofType = (type: string) => blueprint.loadBalancers.filter((balancer) => balancer.type === type).length;
  const interfaces = blueprint.vpcEndpoints.filter(({ type }) => type === 'Interface');
  return [
    costLine('NAT gateway', blueprint.natGateways.length, hourly.natGateway),
    costLine('Application Load Balancer', ofType('application'), hourly.applicationLoadBalancer),
    costLine('Network Load Balancer', ofType('network'), hourly.networkLoadBalancer),
    costLine(
      'interface endpoint, per zone',
      interfaces.reduce((sum, { subnets }) => sum + subnets.length, 0),
      hourly.interfaceEndpointPerZone,
    ),
    costLine('public IPv4 address', publicAddresses(blueprint), hourly.publicIpv4Address),
  ];
}

/** One for each NAT gateway, each zone of an internet-facing load balancer and each task that asks for one. */
function publicAddresses({ natGateways, loadBalancers, services }: Blueprint): number {
  const facing = loadBalancers.filter(({ scheme }) => scheme === 'internet-facing');
  const tasks = services.filter(({ network }) => network?.assignPublicIp === true);
  return (
    natGateways.length +
    facing.reduce((sum, { subnets }) => sum + subnets.length, 0) +
    tasks.reduce((sum, { desiredCount }) => sum + desiredCount, 0)
  );
}

function monthlyLines(
  blueprint: Blueprint,
  resources: readonly TemplateResource[],
  { hourly, monthly, hoursPerMonth }: Prices,
): CostLine[] {
  const count = (type: string, matches: (resource: TemplateResource) => boolean = () => true) =>
    resources.filter((resource) => resource.type === type && matches(resource)).length;
  const isShortLived = ({ properties }: TemplateResource) => properties['UsageMode'] === 'SHORT_LIVED_CERTIFICATE';
  const perMonth = (what: string, counted: number, usd: number) => costLine(what, counted, usd / hoursPerMonth);
  const zones =
    blueprint.namespaces.filter(({ type }) => type === 'DNS_PRIVATE').length + count('AWS::Route53::HostedZone');
  return [
    costLine('Classic Load Balancer', count('AWS::ElasticLoadBalancing::LoadBalancer'), hourly.classicLoadBalancer),
    perMonth(
      'Private CA',
      count('AWS::ACMPCA::CertificateAuthority', (each) => !isShortLived(each)),
      monthly.privateCaGeneralPurpose,
    ),
    perMonth(
      'Private CA, short-lived certificates',
      count('AWS::ACMPCA::CertificateAuthority', isShortLived),
      monthly.privateCaShortLived,
    ),
    perMonth('CloudWatch dashboard', count('AWS::CloudWatch::Dashboard'), monthly.dashboard),
    perMonth('CloudWatch alarm metric', alarmMetrics(resources), monthly.alarmMetric),
    perMonth('private hosted zone', zones, monthly.hostedZone),
    perMonth('KMS key', count('AWS::KMS::Key'), monthly.kmsKey),
    perMonth('secret', count('AWS::SecretsManager::Secret'), monthly.secret),
  ];
}

/** An alarm is billed by the metrics that it looks at; a composite alarm as five. */
function alarmMetrics(resources: readonly TemplateResource[]): number {
  let metrics = 0;
  for (const { type, properties } of resources) {
    if (type === 'AWS::CloudWatch::CompositeAlarm') metrics += 5;
    if (type !== 'AWS::CloudWatch::Alarm') continue;
    const queries = (properties['Metrics'] ?? []) as readonly { readonly MetricStat?: unknown }[];
    metrics += Math.max(1, queries.filter(({ MetricStat }) => MetricStat !== undefined).length);
  }
  return metrics;
}

function usageOf(blueprint: Blueprint, resources: readonly TemplateResource[], { usage }: Prices): string[] {
  const notes = new Set<keyof Prices['usage']>(['dataTransfer']);
  if (blueprint.loadBalancers.length > 0) notes.add('loadBalancerCapacity');
  if (blueprint.natGateways.length > 0) notes.add('natTraffic');
  if (blueprint.vpcEndpoints.some(({ type }) => type === 'Interface')) notes.add('endpointTraffic');
  if (blueprint.clusters.length > 0) notes.add('metrics');
  for (const { type } of resources) {
    const kind = priceKindOf(type);
    if (kind?.kind === 'usage') notes.add(kind.note);
    if (type === 'AWS::ACMPCA::CertificateAuthority') notes.add('certificates');
  }
  return (Object.keys(usage) as (keyof Prices['usage'])[]).filter((note) => notes.has(note)).map((note) => usage[note]);
}

function unknownTypes(resources: readonly TemplateResource[]): string[] {
  const counts = new Map<string, number>();
  for (const { type } of resources) if (priceKindOf(type) === undefined) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, count]) => `${count} × ${type}`);
}
