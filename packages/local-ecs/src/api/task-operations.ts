import type { AwsOperation, AwsOutput } from '@switchyard/local-aws-endpoint';
import { ecsDecisions } from '../core/decisions.ts';
import type { Task } from '../core/state.ts';
import { launchTypeOf } from '../core/target-refs.ts';
import type { Scheduler } from '../effects/scheduler.ts';
import { invalid, onlyMembers, page, stringOf, stringsOf } from '../wire/input.ts';
import { taskShape } from '../wire/task-shapes.ts';
import type { References } from './references.ts';

/** Who carries out what StopTask asks for. */
export type TaskChanges = Pick<Scheduler, 'stopTask'>;

const LIST_MEMBERS = [
  'cluster',
  'family',
  'serviceName',
  'desiredStatus',
  'launchType',
  'startedBy',
  'nextToken',
  'maxResults',
];

export function taskOperations(references: References, changes: TaskChanges): Record<string, AwsOperation> {
  const { blueprint, records } = references;
  const shape = (task: Task): AwsOutput => taskShape(task, records.containerHealthOf(task), blueprint);
  return {
    ListTasks(input) {
      onlyMembers(input, LIST_MEMBERS);
      const { name } = references.clusterOf(input);
      const serviceName = stringOf(input, 'serviceName');
      const service = serviceName === undefined ? undefined : references.service(name, serviceName);
      const family = stringOf(input, 'family');
      const startedBy = stringOf(input, 'startedBy');
      const desiredStatus = stringOf(input, 'desiredStatus') ?? 'RUNNING';
      const tasks = references
        .tasksIn(name)
        .filter(
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
    },
    DescribeTasks(input) {
      onlyMembers(input, ['cluster', 'tasks', 'include']);
      const { name } = references.clusterOf(input);
      const wanted = stringsOf(input, 'tasks') ?? [];
      if (wanted.length === 0) throw invalid('Tasks cannot be empty.');
      const found = wanted.map((each) => references.taskNamed(name, each));
      return {
        tasks: found.flatMap((task) => (task === undefined ? [] : [shape(task)])),
        failures: references.failures(wanted, found, `task/${name}`),
      };
    },
    StopTask(input) {
      onlyMembers(input, ['cluster', 'task', 'reason']);
      const { name } = references.clusterOf(input);
      const task = references.taskNamed(name, stringOf(input, 'task') ?? '');
      if (task === undefined) throw invalid('The referenced task was not found.');
      const reason = stringOf(input, 'reason') ?? 'Task stopped by user';
      changes.stopTask(task.id, { code: 'UserInitiated', reason, drain: ecsDecisions.stopTaskWaitsForDrain });
      return { task: shape(task) };
    },
  };
}
