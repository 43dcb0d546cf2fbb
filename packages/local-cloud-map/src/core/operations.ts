/** Changes that take time: operations (SUBMITTED → PENDING → SUCCESS) and whatever else is due later. */
import { randomText } from './chance.ts';
import { CloudMapError, type Context, type Due, type OperationState, type State } from './model.ts';

const OPERATIONS_KEPT = 1000;

export type OperationStatus = 'SUBMITTED' | 'PENDING' | 'SUCCESS';

/** Starts an operation whose effect, `apply`, comes when it is done: at once where operations take no time. Returns its id. */
export function submit(
  state: State,
  { nowMs, random }: Context,
  operation: Pick<OperationState, 'type' | 'targets' | 'creatorRequestId'>,
  apply: () => void,
): string {
  const id = `${randomText(random, 32)}-${randomText(random, 8)}`;
  const doneAtMs = nowMs + state.settings.operationDelayMs;
  state.operations.set(id, { ...operation, id, createdAtMs: nowMs, doneAtMs });
  for (const oldest of state.operations.keys()) {
    if (state.operations.size <= OPERATIONS_KEPT) break;
    state.operations.delete(oldest);
  }
  schedule(state, nowMs, { atMs: doneAtMs, apply });
  return id;
}

export function statusOf(operation: OperationState, nowMs: number): OperationStatus {
  if (nowMs >= operation.doneAtMs) return 'SUCCESS';
  return nowMs - operation.createdAtMs < (operation.doneAtMs - operation.createdAtMs) / 2 ? 'SUBMITTED' : 'PENDING';
}

/** @throws CloudMapError `OperationNotFound`. */
export function operationOf(state: State, id: string): OperationState {
  const operation = state.operations.get(id);
  if (operation === undefined) throw new CloudMapError('OperationNotFound', `There is no operation ${id}.`);
  return operation;
}

/** The operation that is changing the same instance right now: Cloud Map takes one at a time. */
export function operationUnderWay(
  state: State,
  nowMs: number,
  serviceId: string,
  instanceId: string,
): OperationState | undefined {
  if (state.settings.operationDelayMs === 0) return undefined;
  for (const operation of state.operations.values()) {
    const { SERVICE, INSTANCE } = operation.targets;
    if (SERVICE === serviceId && INSTANCE === instanceId && nowMs < operation.doneAtMs) return operation;
  }
  return undefined;
}

export function schedule(state: State, nowMs: number, due: Due): void {
  if (due.atMs <= nowMs) due.apply();
  else state.due.add(due);
}

/** Applies, in order, every change whose time has come. */
export function advance(state: State, nowMs: number): void {
  if (state.due.size === 0) return;
  const ripe = [...state.due].filter(({ atMs }) => atMs <= nowMs).toSorted((a, b) => a.atMs - b.atMs);
  for (const due of ripe) {
    state.due.delete(due);
    due.apply();
  }
}

/** When {@link advance} next has something to do; undefined when nothing is under way. */
export function nextDueMs(state: State): number | undefined {
  let next: number | undefined;
  for (const { atMs } of state.due) if (next === undefined || atMs < next) next = atMs;
  return next;
}
