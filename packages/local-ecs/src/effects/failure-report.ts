import type { ServiceState } from '../core/state.ts';
import { LocalEcsError } from '../errors.ts';
import type { Records } from './records.ts';
import type { TaskLogs } from './task-logs.ts';

const LINES_MAX = 10;

/** Says why services do not start: how their last task ended, and its last log lines. */
export function failureOf(services: readonly ServiceState[], records: Records, logs: TaskLogs): LocalEcsError {
  const sentences = services.map(({ definition: { name } }) => {
    const task = [...records.tasks.values()].findLast(
      (each) => each.service === name && each.stoppedReason !== undefined,
    );
    const container = task?.containers.find((each) => each.exitCode !== undefined);
    const how = container === undefined ? '' : ` (container ${container.name}, exit code ${container.exitCode})`;
    const why = container?.reason === undefined ? '' : `: ${container.reason}`;
    const sentence = `Service ${name} does not start: ${task?.stoppedReason ?? 'its tasks fail'}${how}${why}`;
    const lines = task === undefined ? [] : logs.of(task.id).slice(-LINES_MAX);
    const said = lines.length === 0 ? '' : ` Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`;
    return `${sentence.endsWith('.') ? sentence : `${sentence}.`}${said}`;
  });
  return new LocalEcsError('LOCAL_ECS_SERVICE_FAILED', sentences.join('\n'));
}
