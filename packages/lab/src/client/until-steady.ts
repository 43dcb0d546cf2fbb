import { setTimeout as delay } from 'node:timers/promises';

import type { Context } from '../context.ts';
import { labErrors } from '../errors.ts';
import { asked } from './lab-client.ts';
import type { LabClient } from './lab-client.ts';
import { labState } from './lab-state.ts';
import type { ServiceState } from './lab-state.ts';

const pollIntervalMs = 250;
/** Without coming any nearer: a hundred tasks take longer than two. */
const steadyTimeoutMs = 120_000;

/**
 * Resolves when a service has as many tasks as it should, each of them healthy wherever it is registered.
 * @throws LabError LAB_TASK_NOT_PLACED when there is no place for all of them, LAB_STEADY_TIMEOUT after two minutes in which it came no nearer
 */
export async function untilSteady(client: LabClient, name: string, context: Context): Promise<void> {
  let said = '';
  let nearest = Number.POSITIVE_INFINITY;
  for (let deadline = Date.now() + steadyTimeoutMs; Date.now() < deadline;) {
    const state = await asked(client, labState);
    const service = state.services.find((candidate) => candidate.name === name);
    if (service === undefined)
      throw labErrors.serviceUnknown(
        name,
        state.services.map((candidate) => candidate.name),
      );
    if (isSteady(service)) return;
    const refusal = refusalOf(service);
    if (refusal !== undefined) throw labErrors.taskNotPlaced(healthyCount(service), service.desiredCount, refusal);
    const news = `${name}: ${service.runningCount} of ${service.desiredCount} running, ${healthyCount(service)} healthy`;
    if (news !== said) context.note(news);
    said = news;
    const distance = distanceToSteady(service);
    if (distance < nearest) deadline = Date.now() + steadyTimeoutMs;
    nearest = Math.min(nearest, distance);
    await delay(pollIntervalMs, undefined, { signal: context.signal });
  }
  throw labErrors.steadyTimeout(name, steadyTimeoutMs / 1000);
}

function isSteady(service: ServiceState): boolean {
  return (
    service.tasks.length === service.desiredCount &&
    healthyCount(service) === service.desiredCount &&
    service.deployments.length <= 1
  );
}

/** Why there is no place for another task, as the service's events say; `undefined` while tasks that have a place are on their way. */
function refusalOf(service: ServiceState): string | undefined {
  const isPlacedHealthy = healthyCount(service) === service.tasks.length && service.tasks.length < service.desiredCount;
  const latest = service.events.find((event) => /unable to place a task|has reached a steady state/.test(event));
  return isPlacedHealthy && latest?.includes('unable to place') === true ? latest : undefined;
}

/** How many tasks are missing, superfluous or not healthy. */
function distanceToSteady(service: ServiceState): number {
  const healthy = healthyCount(service);
  return Math.abs(service.desiredCount - healthy) + service.tasks.length - healthy;
}

function healthyCount({ tasks }: ServiceState): number {
  return tasks.filter(
    ({ lastStatus, targets }) => lastStatus === 'RUNNING' && targets.every(({ state }) => state === 'healthy'),
  ).length;
}
