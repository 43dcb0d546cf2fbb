import pc from 'picocolors';
import { expect, test } from 'vitest';

import type { ServiceState, TaskState } from '../../src/client/lab-state.ts';
import { statusReport } from '../../src/report/status-report.ts';

const task: TaskState = {
  id: '6eb14f9f8c59850b3601db6af3187386',
  arn: 'arn',
  lastStatus: 'RUNNING',
  health: 'HEALTHY',
  zone: 'us-east-1a',
  address: '127.10.3.4',
  targets: [{ targetGroup: 'api', port: 3000, state: 'unhealthy', reason: 'Target.Timeout' }],
  instances: [{ discoveryService: 'api (DNS)', health: 'HEALTHY' }],
};
const service: ServiceState = {
  name: 'api',
  desiredCount: 2,
  runningCount: 1,
  pendingCount: 1,
  deployments: [
    { status: 'PRIMARY', rolloutState: 'FAILED', rolloutStateReason: 'tasks failed to start', taskDefinition: 'api:1' },
  ],
  tasks: [task],
  events: ['(service api) was unable to place a task.'],
};

test('a service shows its counts, why its deployment failed, and each task with target and instances', () => {
  expect(statusReport({ cluster: 'switchyard', services: [service] }, pc.createColors(false))).toEqual([
    'cluster switchyard',
    '',
    'api  desired 2, running 1, pending 1  PRIMARY FAILED (tasks failed to start)',
    '  task      zone        address     status   target                      Cloud Map',
    '  6eb14f9f  us-east-1a  127.10.3.4  RUNNING  unhealthy (Target.Timeout)  api (DNS) HEALTHY',
  ]);
});

test('a service without tasks shows its last event', () => {
  const report = statusReport({ cluster: 'switchyard', services: [{ ...service, tasks: [] }] }, pc.createColors(false));
  expect(report.at(-1)).toBe('  no tasks; last event: (service api) was unable to place a task.');
});

test('colours mark what is healthy and what is not, and change no column', () => {
  const plain = statusReport({ cluster: 'switchyard', services: [service] }, pc.createColors(false));
  const painted = statusReport({ cluster: 'switchyard', services: [service] }, pc.createColors(true));
  // oxlint-disable-next-line no-control-regex
  expect(painted.map((line) => line.replaceAll(/\u001B\[\d+m/g, ''))).toEqual(plain);
  expect(painted.at(-1)).toContain(pc.createColors(true).red('unhealthy (Target.Timeout)'));
});
