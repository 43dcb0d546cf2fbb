import type { Blueprint, TaskDefinition } from '@switchyard/blueprint';
import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi, AwsInput, AwsOutput } from '@switchyard/local-aws-endpoint';
import { clusterShape, serviceShape } from '../wire/service-shapes.ts';
import { taskDefinitionShape, taskShape } from '../wire/task-shapes.ts';
import { booleanOf, numberOf, onlyMembers, page, stringOf, stringsOf } from '../wire/input.ts';
import { ecsDecisions } from '../core/decisions.ts';
import type { ServiceState, Task } from '../core/state.ts';
import { launchTypeOf } from '../core/target-refs.ts';
import type { ContainerInstance } from '../core/container-instance.ts';
import { capacityProviderShapes, containerInstanceShape } from '../wire/instance-shapes.ts';
import type { Records } from './records.ts';
import type { Scheduler } from './scheduler.ts';

/** Who carries out what the API is asked to change. */
export type EcsChanges = Pick<Scheduler, 'deploy' | 'touch' | 'stopTask'>;

const invalid = (message: string): AwsApiError => new AwsApiError('InvalidParameterException', message);

/** The ECS API over the cluster's records: what tools need to look at services and tasks and to change them. */
export function createEcsApi(
  blueprint: Blueprint,
  records: Records,
  scheduler: EcsChanges,
  instances: readonly ContainerInstance[] = [],
): AwsApi {
  const api = new EcsOperations(blueprint, records, scheduler, instances);
  return {
    service: 'ecs',
    protocol: { kind: 'json-1.1', targetPrefix: 'AmazonEC2ContainerServiceV20141113' },
    operations: {
      ListClusters: (input) =>
        page(
          input,
          'clusterArns',
          blueprint.clusters.map(({ arn }) => arn),
        ),
      DescribeClusters: (input) => api.describeClusters(input),
      ListServices: (input) => api.listServices(input),
      DescribeServices: (input) => api.describeServices(input),
      ListTasks: (input) => api.listTasks(input),
      DescribeTasks: (input) => api.describeTasks(input),
      ListContainerInstances: (input) => api.listContainerInstances(input),
      DescribeContainerInstances: (input) => api.describeContainerInstances(input),
      DescribeCapacityProviders: (input) => {
        onlyMembers(input, ['capacityProviders', 'include', 'maxResults', 'nextToken']);
        const wanted = stringsOf(input, 'capacityProviders');
        const all = capacityProviderShapes(blueprint);
        return { capacityProviders: all.filter(({ name }) => wanted?.includes(String(name)) ?? true), failures: [] };
      },
      ListTaskDefinitions: (input) => api.listTaskDefinitions(input),
      DescribeTaskDefinition: (input) => ({
        taskDefinition: taskDefinitionShape(api.taskDefinition(stringOf(input, 'taskDefinition') ?? '')),
        tags: [],
      }),
      UpdateService: (input) => api.updateService(input),
      StopTask: (input) => api.stopTask(input),
    },
  };
}

class EcsOperations {
  readonly #blueprint: Blueprint;
  readonly #records: Records;
  readonly #scheduler: EcsChanges;
  readonly #instances: readonly ContainerInstance[];

  constructor(blueprint: Blueprint, records: Records, scheduler: EcsChanges, instances: readonly ContainerInstance[]) {
    this.#instances = instances;
    this.#blueprint = blueprint;
    this.#records = records;
    this.#scheduler = scheduler;
  }

  describeClusters(input: AwsInput): AwsOutput {
    onlyMembers(input, ['clusters', 'include']);
    const wanted = stringsOf(input, 'clusters') ?? ['default'];
    const found = wanted.map((name) => this.#clusterNamed(name));
    return {
      clusters: found.flatMap((cluster) => {
        if (cluster === undefined) return [];
        const services = [...this.#records.services.values()].filter(
          (each) => each.definition.cluster === cluster.name,
        );
        const instances = this.#instances.filter((each) => each.cluster === cluster.name);
        return [clusterShape(cluster, this.#tasksIn(cluster.name), services.length, instances.length)];
      }),
      failures: this.#missing(wanted, found, 'cluster'),
    };
  }

  listServices(input: AwsInput): AwsOutput {
    onlyMembers(input, ['cluster', 'nextToken', 'maxResults', 'launchType', 'schedulingStrategy']);
    const { name } = this.#clusterOf(input);
    const services = [...this.#records.services.values()].filter(
      ({ definition }) =>
        definition.cluster === name &&
        (input['launchType'] ?? definition.launchType) === definition.launchType &&
        (input['schedulingStrategy'] ?? definition.schedulingStrategy) === definition.schedulingStrategy,
    );
    return page(
      input,
      'serviceArns',
      services.map(({ definition }) => definition.arn),
    );
  }

  describeServices(input: AwsInput): AwsOutput {
    onlyMembers(input, ['cluster', 'services', 'include']);
    const { name } = this.#clusterOf(input);
    const wanted = stringsOf(input, 'services') ?? [];
    if (wanted.length === 0) throw invalid('Services cannot be empty.');
    const found = wanted.map((each) => this.#serviceNamed(name, each));
    return {
      services: found.flatMap((service) =>
        service === undefined
          ? []
          : [serviceShape(service, this.#records.tasksOf(service.definition.name), this.#blueprint)],
      ),
      failures: this.#missing(wanted, found, 'service'),
    };
  }

  listTasks(input: AwsInput): AwsOutput {
    onlyMembers(input, [
      'cluster',
      'family',
      'serviceName',
      'desiredStatus',
      'launchType',
      'startedBy',
      'nextToken',
      'maxResults',
    ]);
    const { name } = this.#clusterOf(input);
    const serviceName = stringOf(input, 'serviceName');
    const service = serviceName === undefined ? undefined : this.#service(name, serviceName);
    const family = stringOf(input, 'family');
    const startedBy = stringOf(input, 'startedBy');
    const desiredStatus = stringOf(input, 'desiredStatus') ?? 'RUNNING';
    const tasks = this.#tasksIn(name).filter(
      (task) =>
        (service === undefined || task.service === service.definition.name) &&
        (family === undefined || task.taskDefinition.name === family) &&
        (startedBy === undefined || task.deploymentId === startedBy) &&
        (input['launchType'] ?? launchTypeOf(task)) === launchTypeOf(task) &&
        task.desiredStatus === (desiredStatus === 'PENDING' ? 'RUNNING' : desiredStatus),
    );
    return page(
      input,
      'taskArns',
      tasks.map(({ arn }) => arn),
    );
  }

  describeTasks(input: AwsInput): AwsOutput {
    onlyMembers(input, ['cluster', 'tasks', 'include']);
    const { name } = this.#clusterOf(input);
    const wanted = stringsOf(input, 'tasks') ?? [];
    if (wanted.length === 0) throw invalid('Tasks cannot be empty.');
    const found = wanted.map((each) => this.#taskNamed(name, each));
    return {
      tasks: found.flatMap((task) =>
        task === undefined ? [] : [taskShape(task, this.#records.containerHealthOf(task), this.#blueprint)],
      ),
      failures: this.#missing(wanted, found, `task/${name}`),
    };
  }

  listContainerInstances(input: AwsInput): AwsOutput {
    onlyMembers(input, ['cluster', 'filter', 'status', 'nextToken', 'maxResults']);
    const { name } = this.#clusterOf(input);
    const own = this.#instances.filter(({ cluster }) => cluster === name);
    return page(
      input,
      'containerInstanceArns',
      own.map(({ arn }) => arn),
    );
  }

  describeContainerInstances(input: AwsInput): AwsOutput {
    onlyMembers(input, ['cluster', 'containerInstances', 'include']);
    const { name } = this.#clusterOf(input);
    const wanted = stringsOf(input, 'containerInstances') ?? [];
    if (wanted.length === 0) throw invalid('Container instance cannot be empty.');
    const found = wanted.map((each) => this.#instances.find(({ id, arn }) => id === each || arn === each));
    return {
      containerInstances: found.flatMap((instance) =>
        instance === undefined ? [] : [containerInstanceShape(instance, this.#tasksIn(name))],
      ),
      failures: this.#missing(wanted, found, `container-instance/${name}`),
    };
  }

  listTaskDefinitions(input: AwsInput): AwsOutput {
    onlyMembers(input, ['familyPrefix', 'status', 'sort', 'nextToken', 'maxResults']);
    const family = stringOf(input, 'familyPrefix');
    const isActive = (stringOf(input, 'status') ?? 'ACTIVE') === 'ACTIVE';
    const arns = this.#blueprint.taskDefinitions
      .filter(({ name }) => isActive && (family === undefined || name === family))
      .map(({ arn }) => arn);
    return page(input, 'taskDefinitionArns', input['sort'] === 'DESC' ? arns.toReversed() : arns);
  }

  updateService(input: AwsInput): AwsOutput {
    onlyMembers(input, ['cluster', 'service', 'desiredCount', 'taskDefinition', 'forceNewDeployment']);
    const { name } = this.#clusterOf(input);
    const service = this.#service(name, stringOf(input, 'service') ?? '');
    const desiredCount = numberOf(input, 'desiredCount');
    if (desiredCount !== undefined && (!Number.isInteger(desiredCount) || desiredCount < 0)) {
      throw invalid('desiredCount must be a whole number, 0 or more.');
    }
    const wanted = stringOf(input, 'taskDefinition');
    const taskDefinition = wanted === undefined ? undefined : this.taskDefinition(wanted);
    if (desiredCount !== undefined) service.desiredCount = desiredCount;
    const current = service.deployments[0]?.taskDefinition;
    const next = taskDefinition ?? current;
    const isNew = booleanOf(input, 'forceNewDeployment') === true || next?.arn !== current?.arn;
    if (isNew && next !== undefined) this.#scheduler.deploy(service, next);
    this.#scheduler.touch(service.definition.name);
    return { service: serviceShape(service, this.#records.tasksOf(service.definition.name), this.#blueprint) };
  }

  stopTask(input: AwsInput): AwsOutput {
    onlyMembers(input, ['cluster', 'task', 'reason']);
    const { name } = this.#clusterOf(input);
    const task = this.#taskNamed(name, stringOf(input, 'task') ?? '');
    if (task === undefined) throw invalid('The referenced task was not found.');
    const reason = stringOf(input, 'reason') ?? 'Task stopped by user';
    this.#scheduler.stopTask(task.id, { code: 'UserInitiated', reason, drain: ecsDecisions.stopTaskWaitsForDrain });
    return { task: taskShape(task, this.#records.containerHealthOf(task), this.#blueprint) };
  }

  /** By family, `family:revision` or ARN. */
  taskDefinition(name: string): TaskDefinition {
    const found = this.#blueprint.taskDefinitions.find(
      (each) => each.name === name || each.arn === name || `${each.name}:${each.revision}` === name,
    );
    if (found === undefined) throw new AwsApiError('ClientException', 'Unable to describe task definition.');
    return found;
  }

  #clusterNamed(name: string): Blueprint['clusters'][number] | undefined {
    return this.#blueprint.clusters.find((cluster) => cluster.name === name || cluster.arn === name);
  }

  #clusterOf(input: AwsInput): Blueprint['clusters'][number] {
    const found = this.#clusterNamed(stringOf(input, 'cluster') ?? 'default');
    if (found === undefined) throw new AwsApiError('ClusterNotFoundException', 'Cluster not found.');
    return found;
  }

  #serviceNamed(cluster: string, name: string): ServiceState | undefined {
    return [...this.#records.services.values()].find(
      ({ definition }) => definition.cluster === cluster && (definition.name === name || definition.arn === name),
    );
  }

  #service(cluster: string, name: string): ServiceState {
    const found = this.#serviceNamed(cluster, name);
    if (found === undefined) throw new AwsApiError('ServiceNotFoundException', 'Service not found.');
    return found;
  }

  #taskNamed(cluster: string, name: string): Task | undefined {
    return this.#tasksIn(cluster).find((task) => task.id === name || task.arn === name);
  }

  #tasksIn(cluster: string): Task[] {
    return [...this.#records.tasks.values()].filter((task) => task.cluster === cluster);
  }

  #missing(wanted: readonly string[], found: readonly unknown[], kind: string): AwsOutput[] {
    const { partition, region, accountId } = this.#blueprint;
    return wanted.flatMap((name, index) =>
      found[index] === undefined
        ? [
            {
              arn: name.startsWith('arn:') ? name : `arn:${partition}:ecs:${region}:${accountId}:${kind}/${name}`,
              reason: 'MISSING',
            },
          ]
        : [],
    );
  }
}
