import { setTimeout as delay } from 'node:timers/promises';

import { loadBlueprint } from '../blueprint/load-blueprint.ts';
import type { Context } from '../context.ts';
import type { Lab } from '../embedded/start-lab.ts';
import type { LabEvent } from '../embedded/lab-event.ts';
import { labErrors } from '../errors.ts';
import { startProgress } from '../report/progress.ts';
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
  readonly networkModes?: boolean;
  readonly json?: boolean;
}

const logChoices = ['all', 'events', 'none'];
/** Stopping in order takes well under this; past it, the process ends as it is, and its tasks end with it. */
const stopTimeoutMs = 5000;

/** `lab up`: the whole lab, until the first SIGINT, SIGTERM or SIGHUP. */
export async function up(options: UpOptions, context: Context): Promise<void> {
  if (!logChoices.includes(options.log)) throw labErrors.choiceInvalid('--log', options.log, logChoices);
  if (options.networkModes === true && options.assembly !== undefined)
    throw labErrors.flagsExclude('--network-modes', '--assembly');
  const ports = portsOf(
    { http: options.port, https: options.httpsPort, endpoint: options.endpointPort, dns: options.dnsPort },
    context.environment,
  );
  const began = performance.now();
  const standIns = import('../embedded/start-lab.ts');
  const blueprint = await loadBlueprint({
    assembly: options.assembly,
    environment: context.environment,
    ...(options.networkModes === true && { context: { networkModes: 'true' } }),
    onSynthesize: () => context.note('synthesizing the CDK app (a few seconds; cached until infra changes)'),
    onNotCached: (sentence) => context.note(`not cached, so the next start synthesizes again: ${sentence}`),
    signal: context.signal,
  });
  context.signal.throwIfAborted();
  for (const warning of blueprint.warnings) context.note(`warning: ${warning}`);
  const reporter = reporterOf(options, context);
  using progress = startProgress(blueprint.services, context);
  const { startLab } = await standIns;
  const lab = await startLab({
    blueprint,
    ports,
    onEvent: (event) => [progress, reporter].forEach(({ tell }) => tell(event)),
  });
  await using _ = {
    async [Symbol.asyncDispose]() {
      progress[Symbol.dispose]();
      reporter.goQuiet();
      await stopped(lab, context);
    },
  };
  await steady(lab, context);
  const seconds = (performance.now() - began) / 1000;
  if (options.json === true)
    context.print(
      JSON.stringify({
        kind: 'ready',
        seconds,
        urls: lab.urls,
        dns: lab.dns,
        services: lab.serviceNames,
        otherLoadBalancers: lab.otherLoadBalancers,
      }),
    );
  else welcome(lab, seconds, context.colors).forEach(context.print);
  progress[Symbol.dispose]();
  reporter.goLive();
  await stopRequested(context);
}

/** Waits until every service is steady, saying what for. A signal ends the wait. */
async function steady(lab: Lab, context: Context): Promise<void> {
  context.note(`starting tasks on 127.${lab.addressOctet}.0.0/16`);
  await Promise.race([lab.run(), stopRequested(context).then(() => context.signal.throwIfAborted())]);
}

async function stopRequested({ signal }: Context): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** @throws LabError LAB_STOP_TIMEOUT */
async function stopped(lab: Lab, context: Context): Promise<void> {
  context.note('stopping');
  const giveUp = new AbortController();
  const outcome = await Promise.race([
    lab[Symbol.asyncDispose]().then(() => 'stopped' as const),
    delay(stopTimeoutMs, 'late' as const, { signal: giveUp.signal }),
  ]);
  giveUp.abort();
  if (outcome === 'late') throw labErrors.stopTimeout(stopTimeoutMs / 1000);
  context.note('stopped; nothing is left running');
}

/** Writes events as they come. In text, only once the lab is ready: until then {@link steady} says what it waits for. */
function reporterOf(options: UpOptions, context: Context): Reporter {
  const wanted = ({ event }: LabEvent): boolean =>
    options.log === 'all' || (options.log === 'events' && event.kind !== 'log');
  let isLive = options.json === true;
  return {
    goLive: () => (isLive = true),
    goQuiet: () => (isLive = options.json === true),
    tell: (lab) => {
      if (!isLive || !wanted(lab)) return;
      const line = options.json === true ? JSON.stringify(eventJson(lab)) : eventLine(lab, context.colors);
      if (line !== undefined) context.print(line);
    },
  };
}

interface Reporter {
  readonly goLive: () => void;
  readonly goQuiet: () => void;
  readonly tell: (lab: LabEvent) => void;
}
