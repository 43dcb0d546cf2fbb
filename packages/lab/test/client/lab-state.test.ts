import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';
import { expect, test } from 'vitest';

import { buildLabClient } from '../../src/client/lab-client.ts';
import { labState } from '../../src/client/lab-state.ts';
import { labApis } from './lab-apis.ts';

test('the state of a lab has every service, task, target and instance, however many pages they come in', async () => {
  const size = { services: 12, tasksOfEach: 20 };
  await using endpoint = await startAwsEndpoint({ host: '127.0.0.1', port: 0, apis: labApis(size) });
  using client = buildLabClient(endpoint.url);
  const { cluster, services } = await labState(client);
  expect(cluster).toBe('lab');
  expect(services.map(({ name, tasks }) => [name, tasks.length])).toEqual(
    Array.from({ length: size.services }, (_, index) => `service-${index}`)
      .toSorted()
      .map((name) => [name, size.tasksOfEach]),
  );
  for (const { name, tasks } of services) {
    const group = name.replace('service', 'group');
    for (const task of tasks) {
      expect(task.targets).toEqual([{ targetGroup: group, port: 3000, state: 'healthy', reason: '' }]);
      expect(task.instances).toEqual([{ discoveryService: `${name} (DNS)`, health: 'HEALTHY' }]);
    }
  }
});

test('a lab without a service has no task', async () => {
  const apis = labApis({ services: 0, tasksOfEach: 0 });
  await using endpoint = await startAwsEndpoint({ host: '127.0.0.1', port: 0, apis });
  using client = buildLabClient(endpoint.url);
  expect(await labState(client)).toEqual({ cluster: 'lab', services: [] });
});
