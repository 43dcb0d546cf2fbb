import type { Blueprint } from '@switchyard/blueprint';
import type { ServiceState, Task } from '../core/state.ts';
import { targetRefsOf } from '../core/target-refs.ts';
import { timerMs } from '../core/timers.ts';
import type { TargetWatch } from './target-watch.ts';

/** AWS's default for a target group that sets none. */
const DEREGISTRATION_DELAY_SECONDS = 300;
/** Beyond the delay: for a load balancer that has not said so yet. */
const MARGIN_MS = 2000;

/** Resolves when none of a deregistered task's targets is draining any more, or their deregistration delay is long over. */
export async function drainTask(
  task: Task,
  { definition }: ServiceState,
  blueprint: Blueprint,
  watch: TargetWatch,
): Promise<void> {
  const delays = [
    ...definition.loadBalancers.map(({ targetGroup }) => {
      const group = blueprint.targetGroups.find((each) => each.name === targetGroup);
      return Number(group?.attributes['deregistration_delay.timeout_seconds'] ?? DEREGISTRATION_DELAY_SECONDS);
    }),
    ...(definition.classicLoadBalancers ?? []).map(({ loadBalancer }) => {
      const found = blueprint.classicLoadBalancers?.find((each) => each.name === loadBalancer);
      return found?.connectionDrainingSeconds ?? 0;
    }),
  ];
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, timerMs(Math.max(0, ...delays) * 1000 + MARGIN_MS));
  timer.unref();
  const drained = targetRefsOf(task, definition, blueprint.targetGroups).map(
    async ({ group, key }) => await watch.drained(group, key),
  );
  await Promise.race([Promise.all(drained), over.promise]);
  clearTimeout(timer);
}
