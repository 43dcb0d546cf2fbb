import type { TemplateResource } from '../assembly.ts';
import { costLine } from './cost-line.ts';
import type { CostLine } from './cost-line.ts';
import type { Prices } from './prices.ts';

/** What the ECS-optimized images ask for when a template names no volume. */
const defaultVolumeGib = 30;

interface LaunchTemplateData {
  readonly InstanceType?: string;
  readonly BlockDeviceMappings?: readonly { readonly Ebs?: { readonly VolumeSize?: number } }[];
}

/** Instances of Auto Scaling groups, at their desired (else least) number, with their volumes. */
export function instanceLines(
  resources: readonly TemplateResource[],
  prices: Prices,
): { lines: CostLine[]; notCounted: string[] } {
  const lines: CostLine[] = [];
  const notCounted: string[] = [];
  for (const group of resources.filter(({ type }) => type === 'AWS::AutoScaling::AutoScalingGroup')) {
    const count = Number(group.properties['DesiredCapacity'] ?? group.properties['MinSize'] ?? 0);
    const data = launchDataOf(group, resources);
    const type = data?.InstanceType ?? 'an unknown type';
    const eachUsd = (prices.hourly.instance as Readonly<Record<string, number>>)[type];
    if (eachUsd === undefined) {
      notCounted.push(`${count} × EC2 instance of ${type}`);
      continue;
    }
    const gib =
      data?.BlockDeviceMappings?.reduce((sum, { Ebs }) => sum + (Ebs?.VolumeSize ?? 0), 0) || defaultVolumeGib;
    lines.push(costLine(`EC2 instance, ${type}`, count, eachUsd));
    lines.push(costLine('volume of an instance, GiB', count * gib, prices.monthly.gp3Gib / prices.hoursPerMonth));
  }
  return { lines, notCounted };
}

function launchDataOf(group: TemplateResource, resources: readonly TemplateResource[]): LaunchTemplateData | undefined {
  const { LaunchTemplateId: id } = (group.properties['LaunchTemplate'] ?? {}) as {
    readonly LaunchTemplateId?: { readonly Ref?: string };
  };
  const template = resources.find(({ stack, logicalId }) => stack === group.stack && logicalId === id?.Ref);
  return template?.properties['LaunchTemplateData'] as LaunchTemplateData | undefined;
}
