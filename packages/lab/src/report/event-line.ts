import type { AlbEvent } from '@switchyard/local-alb';
import type { ClassicLbEvent } from '@switchyard/local-classic-lb';
import type { EcsEvent } from '@switchyard/local-ecs';
import type { NlbEvent } from '@switchyard/local-nlb';

import type { Colors } from '../context.ts';
import type { LabEvent } from '../embedded/lab-event.ts';
import { printable } from './printable.ts';

/** One line of the live log, or nothing for what only `--json` shows. `HH:MM:SS  kind  what happened`. */
export function eventLine(lab: LabEvent, colors: Colors): string | undefined {
  const body = bodyOf(lab, colors);
  return body === undefined ? undefined : `${colors.dim(lab.time.slice(11, 19))}  ${body}`;
}

function bodyOf(lab: LabEvent, colors: Colors): string | undefined {
  switch (lab.source) {
    case 'load-balancer':
      return loadBalancerLine(lab.event, colors);
    case 'network-load-balancer':
      return networkLine(lab.event, colors);
    case 'classic-load-balancer':
      return classicLine(lab.event, colors);
    case 'ecs':
      return ecsLine(lab.event, colors);
    case 'service-connect': {
      const { event, taskId } = lab;
      if (event.kind !== 'host-ejected') return undefined;
      return `${colors.yellow('mesh  ')}  ${taskId.slice(0, 8)} ejects ${event.host} from ${event.endpoint} for ${event.forMs / 1000} s`;
    }
  }
}

function loadBalancerLine(event: AlbEvent, colors: Colors): string | undefined {
  if (event.kind === 'target-health') return healthLine(event, colors);
  const paint = event.status >= 500 ? colors.red : event.status >= 400 ? colors.yellow : colors.cyan;
  const who = event.target === undefined ? 'load balancer' : `${event.targetGroup} ${event.target}`;
  const rule =
    event.rulePriority === undefined
      ? ''
      : event.rulePriority === 'default'
        ? '  default rule'
        : `  rule ${event.rulePriority}`;
  return `${paint(String(event.status).padEnd(6))}  ${printable(`${event.method} ${event.path}`)} → ${who}${rule}  ${event.ms.toFixed(1)} ms`;
}

type TargetHealth = Extract<AlbEvent, { kind: 'target-health' }>;

function healthLine(event: TargetHealth, colors: Colors): string {
  const paint = event.to === 'healthy' ? colors.green : event.to === 'unhealthy' ? colors.red : colors.yellow;
  const reason = event.reason === undefined || event.reason === '' ? '' : `  ${event.reason}`;
  return `${paint('health')}  ${event.targetGroup} ${event.target}  ${event.from} → ${event.to}${reason}`;
}

function networkLine(event: NlbEvent, colors: Colors): string {
  if (event.kind === 'target-health') return healthLine(event, colors);
  const paint = event.ended === 'closed' ? colors.cyan : colors.yellow;
  const bytes = `${event.bytesFromClient} bytes there, ${event.bytesFromTarget} back`;
  return `${paint('flow  ')}  ${event.client} → ${event.targetGroup} ${event.target ?? 'nobody'}  ${bytes}  ${event.ended}  ${event.ms.toFixed(1)} ms`;
}

function classicLine(event: ClassicLbEvent, colors: Colors): string {
  switch (event.kind) {
    case 'instance-health': {
      const paint = event.to === 'InService' ? colors.green : colors.yellow;
      return `${paint('health')}  ${event.loadBalancer} ${event.instance}  ${event.from} → ${event.to}  ${event.description}`;
    }
    case 'request': {
      const paint = event.status >= 500 ? colors.red : event.status >= 400 ? colors.yellow : colors.cyan;
      const who = event.target === undefined ? 'load balancer' : `${event.loadBalancer} ${event.target}`;
      return `${paint(String(event.status).padEnd(6))}  ${printable(`${event.method} ${event.path}`)} → ${who}  ${event.ms.toFixed(1)} ms`;
    }
    case 'connection':
      return `${colors.cyan('flow  ')}  → ${event.loadBalancer} ${event.target ?? 'nobody'}  ${event.ms.toFixed(1)} ms`;
  }
}

/** Of a log line, or of why a task has stopped, which may quote the last lines of its log. */
const wordsMax = 2000;

/** Steps of a task that somebody watching wants to see; `--json` shows all. */
const shownStatuses = new Set(['RUNNING', 'STOPPING', 'STOPPED']);

function ecsLine(event: EcsEvent, colors: Colors): string | undefined {
  switch (event.kind) {
    case 'task': {
      if (!shownStatuses.has(event.to)) return undefined;
      const how = event.reason === undefined ? '' : `  ${printable(event.reason, wordsMax)}`;
      return `${colors.magenta('task  ')}  ${event.service} ${event.taskId.slice(0, 8)} ${event.address} ${event.availabilityZone}  ${event.from} → ${event.to}${how}`;
    }
    case 'service':
      return `${colors.blue('ecs   ')}  ${printable(event.message, wordsMax)}`;
    case 'deployment':
      return `${colors.blue('deploy')}  ${event.service} ${event.rolloutState}  ${event.reason}`;
    case 'trouble':
      return `${colors.red('ecs   ')}  ${event.service} ${event.taskId.slice(0, 8)}: could not ${event.doing}: ${printable(event.reason)}`;
    case 'log':
      return `${colors.dim('log   ')}  ${event.service} ${event.taskId.slice(0, 8)}  ${printable(event.line, wordsMax)}`;
  }
}

/** An event as one flat JSON object; a request has its line of the access log in place of the record. */
export function eventJson({ event, ...stamp }: LabEvent): Readonly<Record<string, unknown>> {
  if (!('record' in event)) return { ...stamp, ...event };
  const { record: _record, ...members } = event;
  return { ...stamp, ...members, line: event.line };
}
