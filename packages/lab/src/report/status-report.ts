import type { LabState, ServiceState, TaskState } from '../client/lab-state.ts';
import type { Colors } from '../context.ts';
import { tableOf } from './table.ts';

const good = new Set(['InService', 'RUNNING', 'HEALTHY', 'healthy', 'COMPLETED']);
const bad = new Set(['OutOfService', 'STOPPED', 'UNHEALTHY', 'unhealthy', 'unavailable', 'FAILED']);

/** `lab status` as text: a paragraph per service. */
export function statusReport(state: LabState, colors: Colors): string[] {
  return [`cluster ${state.cluster}`, ...state.services.flatMap((service) => ['', ...serviceReport(service, colors)])];
}

function serviceReport(service: ServiceState, colors: Colors): string[] {
  const rollout = service.deployments
    .map(({ status, rolloutState, rolloutStateReason }) =>
      [status, rolloutState, rolloutState === 'FAILED' ? `(${rolloutStateReason})` : ''].filter(Boolean).join(' '),
    )
    .join(', ');
  const head = `${colors.bold(service.name)}  desired ${service.desiredCount}, running ${service.runningCount}, pending ${service.pendingCount}  ${rollout}`;
  const isShort = service.runningCount + service.pendingCount < service.desiredCount;
  const rows = service.tasks.map((task) => [
    `  ${task.id.slice(0, 8)}`,
    task.zone,
    task.address,
    task.lastStatus,
    targetCell(task),
    task.instances.map(({ discoveryService, health }) => `${discoveryService} ${health}`).join(', ') || '-',
  ]);
  const lastEvent = service.events[0] === undefined ? '' : `last event: ${service.events[0]}`;
  if (rows.length === 0) return [head, ['  no tasks', lastEvent].filter(Boolean).join('; ')];
  const header = ['  task', 'zone', 'address', 'status', 'target', 'Cloud Map'];
  return [
    head,
    ...tableOf([header, ...rows], (cell, _column, row) => (row === 0 ? colors.dim(cell) : paintState(cell, colors))),
    ...(isShort && lastEvent !== '' ? [`  ${lastEvent}`] : []),
  ];
}

function targetCell({ targets }: TaskState): string {
  return targets.map(({ state, reason }) => (reason === '' ? state : `${state} (${reason})`)).join(', ') || '-';
}

function paintState(cell: string, colors: Colors): string {
  const word = cell.split(' ', 1)[0] ?? '';
  if (good.has(word)) return colors.green(cell);
  return bad.has(word) ? colors.red(cell) : cell;
}
