import { setTimeout as delay } from 'node:timers/promises';

import type { Context } from '../context.ts';
import { labErrors } from '../errors.ts';
import { asked } from './lab-client.ts';
import type { LabClient } from './lab-client.ts';
import { labState } from './lab-state.ts';
import type { ServiceState } from './lab-state.ts';

const pollIntervalMs = 250;
const steadyTimeoutMs = 120_000;

/**
 * Resolves when a service has as many tasks as it should, each of them healthy wherever it is registered.
 * @throws LabError LAB_STEADY_TIMEOUT after two minutes
 */
export async function untilSteady(client: LabClient, name: string, context: Context): Promise<void> {
  let said = '';
  for (const deadline = Date.now() + steadyTimeoutMs; Date.now() < deadline;) {
    const state = await asked(client, labState);
    const service = state.services.find((candidate) => candidate.name === name);
    if (service === undefined)
      throw labErrors.serviceUnknown(
        name,
        state.services.map((candidate) => candidate.name),
      );
    if (isSteady(service)) return;
    const news = `${name}: ${service.runningCount} of ${service.desiredCount} running, ${healthyCount(service)} healthy`;
    if (news !== said) context.note(news);
    said = news;
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

function healthyCount({ tasks }: ServiceState): number {
  return tasks.filter(
    ({ lastStatus, targets }) => lastStatus === 'RUNNING' && targets.every(({ state }) => state === 'healthy'),
  ).length;
}
