import type { Service } from '@switchyard/blueprint';

import type { Context } from '../context.ts';
import type { LabEvent } from '../embedded/lab-event.ts';

/** A slow start says what it waits for; a quick one says nothing. */
const sayEveryMs = 1000;

/** Disposing ends it. */
export interface Progress extends Disposable {
  readonly tell: (lab: LabEvent) => void;
}

/** While the lab starts: every second, which services are not all healthy yet, and at once, which task failed. */
export function startProgress(services: readonly Service[], { note }: Context): Progress {
  const healthy = new Map(services.map(({ name }) => [name, new Set<string>()]));
  const waiting = (): string[] =>
    services
      .filter(({ loadBalancers }) => loadBalancers.length > 0)
      .filter(({ name, desiredCount }) => (healthy.get(name)?.size ?? 0) < desiredCount)
      .map(({ name, desiredCount }) => `${name} ${healthy.get(name)?.size ?? 0}/${desiredCount}`);
  const groups = new Map(
    services.flatMap(({ name, loadBalancers }) => loadBalancers.map(({ targetGroup }) => [targetGroup, name] as const)),
  );
  let isOver = false;
  const timer = setInterval(() => {
    const names = waiting();
    if (names.length > 0) note(`waiting for healthy tasks: ${names.join(', ')}`);
  }, sayEveryMs);
  return {
    tell: ({ source, event }) => {
      if (isOver) return;
      if ((source === 'load-balancer' || source === 'network-load-balancer') && event.kind === 'target-health') {
        const targets = healthy.get(groups.get(event.targetGroup) ?? '');
        if (event.to === 'healthy') targets?.add(event.target);
        else targets?.delete(event.target);
      }
      if (source === 'ecs' && event.kind === 'task' && event.to === 'STOPPED') {
        note(
          `${event.service} task ${event.taskId.slice(0, 8)} stopped: ${event.reason ?? 'no reason given'}${event.exitCode === undefined ? '' : ` (exit code ${event.exitCode})`}`,
        );
      }
    },
    [Symbol.dispose]: () => {
      isOver = true;
      clearInterval(timer);
    },
  };
}
