import type { Blueprint, Cluster, TaskDefinition } from '@switchyard/blueprint';
import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsInput, AwsOutput } from '@switchyard/local-aws-endpoint';
import type { ServiceState, Task } from '../core/state.ts';
import type { Records } from '../effects/records.ts';
import { stringOf } from '../wire/input.ts';

/** Finds what an operation's input refers to, by name or ARN. */
export class References {
  readonly blueprint: Blueprint;
  readonly records: Records;

  constructor(blueprint: Blueprint, records: Records) {
    this.blueprint = blueprint;
    this.records = records;
  }

  clusterNamed(name: string): Cluster | undefined {
    return this.blueprint.clusters.find((cluster) => cluster.name === name || cluster.arn === name);
  }

  /** The cluster that `cluster` names, `default` where it is absent; throws `ClusterNotFoundException`. */
  clusterOf(input: AwsInput): Cluster {
    const found = this.clusterNamed(stringOf(input, 'cluster') ?? 'default');
    if (found === undefined) throw new AwsApiError('ClusterNotFoundException', 'Cluster not found.');
    return found;
  }

  servicesIn(cluster: string): ServiceState[] {
    return [...this.records.services.values()].filter(({ definition }) => definition.cluster === cluster);
  }

  serviceNamed(cluster: string, name: string): ServiceState | undefined {
    return this.servicesIn(cluster).find(({ definition }) => definition.name === name || definition.arn === name);
  }

  /** Throws `ServiceNotFoundException`. */
  service(cluster: string, name: string): ServiceState {
    const found = this.serviceNamed(cluster, name);
    if (found === undefined) throw new AwsApiError('ServiceNotFoundException', 'Service not found.');
    return found;
  }

  tasksIn(cluster: string): Task[] {
    return [...this.records.tasks.values()].filter((task) => task.cluster === cluster);
  }

  taskNamed(cluster: string, name: string): Task | undefined {
    return this.tasksIn(cluster).find((task) => task.id === name || task.arn === name);
  }

  /** By family, `family:revision` or ARN; throws `ClientException`. */
  taskDefinition(name: string): TaskDefinition {
    const found = this.blueprint.taskDefinitions.find(
      (each) => each.name === name || each.arn === name || `${each.name}:${each.revision}` === name,
    );
    if (found === undefined) throw new AwsApiError('ClientException', 'Unable to describe task definition.');
    return found;
  }

  /** The failures that a Describe operation lists: for each name that was asked for, `found` has what there is. */
  failures(wanted: readonly string[], found: readonly unknown[], kind: string): AwsOutput[] {
    const { partition, region, accountId } = this.blueprint;
    const arnOf = (name: string): string =>
      name.startsWith('arn:') ? name : `arn:${partition}:ecs:${region}:${accountId}:${kind}/${name}`;
    return wanted.flatMap((name, index) =>
      found[index] === undefined ? [{ arn: arnOf(name), reason: 'MISSING' }] : [],
    );
  }
}
