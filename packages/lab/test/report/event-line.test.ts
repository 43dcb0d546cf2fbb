import pc from 'picocolors';
import { describe, expect, test } from 'vitest';

import type { LabEvent } from '../../src/embedded/lab-event.ts';
import { eventJson, eventLine } from '../../src/report/event-line.ts';

const time = '2026-11-22T14:59:37.123Z';
const colors = pc.createColors(false);
const request = {
  kind: 'request',
  method: 'GET',
  path: '/journey',
  status: 200,
  target: '127.10.3.5:3000',
  targetGroup: 'frontend',
  rulePriority: 'default',
  ms: 5.04,
  record: { long: 'record' },
};
const task = {
  kind: 'task',
  service: 'api',
  taskId: '6eb14f9f8c59850b',
  address: '127.10.3.4',
  availabilityZone: 'us-east-1a',
};

function labEvent(source: LabEvent['source'], event: object, more: object = {}): LabEvent {
  return { time, source, event, ...more } as LabEvent;
}

describe('a line of the live log', () => {
  test.each([
    [
      'a request',
      labEvent('load-balancer', request),
      '14:59:37  200     GET /journey → frontend 127.10.3.5:3000  default rule  5.0 ms',
    ],
    [
      'an answer of the load balancer itself',
      labEvent('load-balancer', { ...request, status: 403, target: undefined, rulePriority: 10 }),
      '14:59:37  403     GET /journey → load balancer  rule 10  5.0 ms',
    ],
    [
      'a request that would write over the terminal',
      labEvent('load-balancer', { ...request, method: 'G\u001BT', path: '/\u001B[31m\u0000\u009Bx\u2028' }),
      String.raw`14:59:37  200     G\x1bT /\x1b[31m\x00\x9bx\u2028 → frontend 127.10.3.5:3000  default rule  5.0 ms`,
    ],
    [
      'a request with a long URL',
      labEvent('load-balancer', { ...request, path: `/${'x'.repeat(15_000)}` }),
      `14:59:37  200     GET /${'x'.repeat(195)}… (15005 characters) → frontend 127.10.3.5:3000  default rule  5.0 ms`,
    ],
    [
      'a task’s log',
      labEvent('ecs', { ...task, kind: 'log', line: '\u001B]0;title\u0007done' }),
      String.raw`14:59:37  log     api 6eb14f9f  \x1b]0;title\x07done`,
    ],
    [
      'a change of health',
      labEvent('load-balancer', {
        kind: 'target-health',
        targetGroup: 'api',
        target: '127.10.3.4:3000',
        from: 'healthy',
        to: 'unhealthy',
        reason: 'Target.Timeout',
      }),
      '14:59:37  health  api 127.10.3.4:3000  healthy → unhealthy  Target.Timeout',
    ],
    [
      'a flow through a Network Load Balancer',
      labEvent('network-load-balancer', {
        kind: 'flow',
        client: '127.0.0.1:50000',
        target: 'i-0123:40000',
        targetGroup: 'network',
        bytesFromClient: 80,
        bytesFromTarget: 400,
        ended: 'closed',
        ms: 3.21,
      }),
      '14:59:37  flow    127.0.0.1:50000 → network i-0123:40000  80 bytes there, 400 back  closed  3.2 ms',
    ],
    [
      'a request through a Classic Load Balancer',
      labEvent('classic-load-balancer', { ...request, loadBalancer: 'classic', target: '127.10.3.254:3001' }),
      '14:59:37  200     GET /journey → classic 127.10.3.254:3001  5.0 ms',
    ],
    [
      'an instance that goes out of service',
      labEvent('classic-load-balancer', {
        kind: 'instance-health',
        loadBalancer: 'classic',
        instance: 'i-0123',
        from: 'InService',
        to: 'OutOfService',
        description: 'Instance has failed.',
      }),
      '14:59:37  health  classic i-0123  InService → OutOfService  Instance has failed.',
    ],
    [
      'a stopped task',
      labEvent('ecs', { ...task, from: 'STOPPING', to: 'STOPPED', reason: 'Essential container in task exited' }),
      '14:59:37  task    api 6eb14f9f 127.10.3.4 us-east-1a  STOPPING → STOPPED  Essential container in task exited',
    ],
    [
      'an ejection',
      labEvent(
        'service-connect',
        { kind: 'host-ejected', endpoint: 'api.mesh', host: '127.10.3.4:3000', forMs: 30_000 },
        { taskId: '6eb14f9f8c59' },
      ),
      '14:59:37  mesh    6eb14f9f ejects 127.10.3.4:3000 from api.mesh for 30 s',
    ],
  ])('tells of %s', (_what, event, line) => {
    expect(eventLine(event, colors)).toBe(line);
  });

  test('leaves out the steps of a task that nobody waits for', () => {
    expect(eventLine(labEvent('ecs', { ...task, from: 'PROVISIONING', to: 'PENDING' }), colors)).toBeUndefined();
  });
});

test('an event as JSON is one flat object, a request with its line of the access log in place of the record', () => {
  class Request {
    readonly kind = 'request';
    readonly record = { long: 'record' };
    get line(): string {
      return 'http 2026-11-22T14:59:37.123Z';
    }
  }
  const line = 'http 2026-11-22T14:59:37.123Z';
  expect(eventJson(labEvent('load-balancer', new Request()))).toEqual({
    time,
    source: 'load-balancer',
    kind: 'request',
    line,
  });
  expect(eventJson(labEvent('ecs', task))).toEqual({ time, source: 'ecs', ...task });
});
