import { UpdateServiceCommand } from '@aws-sdk/client-ecs';

import { asked, buildLabClient, endpointUrlOf } from '../client/lab-client.ts';
import { labState } from '../client/lab-state.ts';
import { untilSteady } from '../client/until-steady.ts';
import type { Context } from '../context.ts';
import { labErrors } from '../errors.ts';
import type { EndpointOptions } from './status.ts';

const tasksMax = 100;

export interface ScaleOptions extends EndpointOptions {
  readonly wait: boolean;
}

/** `lab scale SERVICE N`: UpdateService with a desired count, then waits until the service is steady. */
export async function scale(
  service: string,
  countText: string,
  options: ScaleOptions,
  context: Context,
): Promise<void> {
  const desiredCount = /^\d{1,3}$/.test(countText) ? Number(countText) : Number.NaN;
  if (!(desiredCount <= tasksMax)) throw labErrors.countInvalid(countText);
  using client = buildLabClient(endpointUrlOf(options.endpointUrl, context.environment));
  const state = await asked(client, labState);
  const names = state.services.map(({ name }) => name);
  if (!names.includes(service)) throw labErrors.serviceUnknown(service, names);
  await asked(
    client,
    async ({ ecs }) => await ecs.send(new UpdateServiceCommand({ cluster: state.cluster, service, desiredCount })),
  );
  context.note(`${service}: desired count ${desiredCount}`);
  if (!options.wait) return;
  await untilSteady(client, service, context);
  context.print(`${service} is steady with ${desiredCount} ${desiredCount === 1 ? 'task' : 'tasks'}`);
}
