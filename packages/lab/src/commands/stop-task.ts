import { StopTaskCommand } from '@aws-sdk/client-ecs';

import { asked, buildLabClient, endpointUrlOf, isOnThisMachine } from '../client/lab-client.ts';
import { labState } from '../client/lab-state.ts';
import type { Context } from '../context.ts';
import { labErrors } from '../errors.ts';
import type { EndpointOptions } from './status.ts';

export interface StopTaskOptions extends EndpointOptions {
  readonly kill?: boolean;
}

/** `lab stop-task TASK`: StopTask, or with `--kill` what a crash is: SIGKILL to the task's process, of which ECS learns afterwards. */
export async function stopTask(prefix: string, options: StopTaskOptions, context: Context): Promise<void> {
  const endpointUrl = endpointUrlOf(options.endpointUrl, context.environment);
  // Elsewhere, a process id is that of another machine's process.
  if (options.kill === true && !isOnThisMachine(endpointUrl)) throw labErrors.taskElsewhere(endpointUrl);
  using client = buildLabClient(endpointUrl);
  const { cluster, services } = await asked(client, labState);
  const found = services
    .flatMap(({ name, tasks }) => tasks.map((task) => ({ service: name, task })))
    .filter(({ task }) => task.id.startsWith(prefix));
  const [first] = found;
  if (first === undefined) throw labErrors.taskUnknown(prefix);
  if (found.length > 1) throw labErrors.taskAmbiguous(prefix, found.length);
  const { service, task } = first;
  if (options.kill === true) {
    if (task.container !== undefined) throw labErrors.taskInContainer(task.id, task.container);
    if (task.processId === undefined) throw labErrors.taskProcessUnknown(task.id);
    process.kill(task.processId, 'SIGKILL');
    context.print(`killed ${service} ${task.id} (process ${task.processId})`);
    return;
  }
  await asked(
    client,
    async ({ ecs }) => await ecs.send(new StopTaskCommand({ cluster, task: task.arn, reason: 'lab stop-task' })),
  );
  context.print(`stopping ${service} ${task.id}`);
}
