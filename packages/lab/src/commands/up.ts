import { setTimeout as delay } from 'node:timers/promises';

import { loadBlueprint } from '../blueprint/load-blueprint.ts';
import type { Context } from '../context.ts';
import { startLab } from '../embedded/start-lab.ts';
import type { Lab } from '../embedded/start-lab.ts';
import type { LabEvent } from '../embedded/lab-event.ts';
import { labErrors } from '../errors.ts';
import { eventJson, eventLine } from '../report/event-line.ts';
import { welcome } from '../report/welcome.ts';
import { portsOf } from '../settings.ts';

export interface UpOptions {
  readonly assembly?: string;
  readonly port?: string;
  readonly httpsPort?: string;
  readonly endpointPort?: string;
  readonly dnsPort?: string;
  readonly log: string;
  readonly json?: boolean;
}

const logChoices = ['all', 'events', 'none'];
/** Stopping in order takes well under this; past it, the process ends as it is. Its tasks end with it. */
const stopTimeoutMs = 5000;

/** `lab up`: the whole lab, until the first SIGINT or SIGTERM. */
export async function up(options: UpOptions, context: Context): Promise<void> {
  if (!logChoices.includes(options.log)) throw labErrors.choiceInvalid('--log', options.log, logChoices);
  const ports = portsOf({ http: options.port, https: options.httpsPort, endpoint: options.endpointPort, dns: options.dnsPort }, context.environment);
  const began = performance.now();
  const blueprint = await loadBlueprint({
    assembly: options.assembly,
    environment: context.environment,
    onSynthesize: () => context.note('synthesizing the CDK app (a few seconds; cached until infra changes)'),
  });
  for (const warning of blueprint.warnings) context.note(`warning: ${warning}`);
  const onEvent = reporterOf(options, context);
  const lab = await startLab({ blueprint, ports, onEvent });
  try {
    await steady(lab, context);
    const seconds = (performance.now() - began) / 1000;
    if (options.json === true) context.print(JSON.stringify({ kind: 'ready', seconds, urls: lab.urls, dns: lab.dns, services: lab.serviceNames }));
    else welcome(lab, seconds, context.colors).forEach(context.print);
    await stopRequested(context);
  } finally {
    await stopped(lab, context);
  }
}

/** Waits until every service is steady, saying what for. A signal ends the wait. */
async function steady(lab: Lab, context: Context): Promise<void> {
  context.note(`starting ${lab.serviceNames.join(', ')} on 127.${lab.addressOctet}.0.0/16`);
  await Promise.race([lab.run(), stopRequested(context).then(() => context.signal.throwIfAborted())]);
}

async function stopRequested({ signal }: Context): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function stopped(lab: Lab, context: Context): Promise<void> {
  context.note('stopping');
  const giveUp = new AbortController();
  const outcome = await Promise.race([
    lab[Symbol.asyncDispose]().then(() => 'stopped' as const),
    delay(stopTimeoutMs, 'late' as const, { signal: giveUp.signal, ref: false }),
  ]);
  giveUp.abort();
  context.note(outcome === 'stopped' ? 'stopped; nothing is left running' : `still stopping after ${stopTimeoutMs / 1000} s: ending as it is`);
}

function reporterOf(options: UpOptions, context: Context): (event: LabEvent) => void {
  const wanted = ({ event }: LabEvent): boolean => options.log === 'all' || (options.log === 'events' && event.kind !== 'log');
  if (options.json === true) return (lab) => wanted(lab) && context.print(JSON.stringify(eventJson(lab)));
  return (lab) => {
    if (!wanted(lab)) return;
    const line = eventLine(lab, context.colors);
    if (line !== undefined) context.print(line);
  };
}
