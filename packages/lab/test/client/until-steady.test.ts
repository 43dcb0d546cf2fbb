import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';
import { describe, expect, test } from 'vitest';

import { buildLabClient } from '../../src/client/lab-client.ts';
import { untilSteady } from '../../src/client/until-steady.ts';
import { recordingContext } from '../support/recording-context.ts';
import { labApis } from './lab-apis.ts';
import type { LabSize } from './lab-apis.ts';

const refusal = '(service service-0) was unable to place a task because no container instance met its requirements.';
const steady = '(service service-0) has reached a steady state.';

async function waited(size: LabSize): Promise<void> {
  await using endpoint = await startAwsEndpoint({ host: '127.0.0.1', port: 0, apis: labApis(size) });
  using client = buildLabClient(endpoint.url);
  await untilSteady(client, 'service-0', recordingContext());
}

describe('waiting for a service', () => {
  test('ends when it has as many healthy tasks as it should', async () => {
    await waited({ services: 1, tasksOfEach: 2, events: [refusal] });
  });

  test('ends with the reason when there is no place for more', async () => {
    const size = {
      services: 1,
      tasksOfEach: 2,
      desiredOfEach: 5,
      events: ['(service service-0) registered 2', refusal],
    };
    await expect(waited(size)).rejects.toMatchObject({
      code: 'LAB_TASK_NOT_PLACED',
      message: `2 of 5 tasks run, and there is no place for more: ${refusal}`,
    });
  });

  test('goes on after a refusal that is over, until a signal ends it', async () => {
    const size = { services: 1, tasksOfEach: 2, desiredOfEach: 3, events: [steady, refusal] };
    const stop = new AbortController();
    const context = recordingContext({}, stop.signal);
    await using endpoint = await startAwsEndpoint({ host: '127.0.0.1', port: 0, apis: labApis(size) });
    using client = buildLabClient(endpoint.url);
    const waiting = untilSteady(client, 'service-0', { ...context, note: () => stop.abort() });
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  test('refuses a service that is not there with those that are', async () => {
    await expect(waited({ services: 0, tasksOfEach: 0 })).rejects.toMatchObject({ code: 'LAB_SERVICE_UNKNOWN' });
  });
});
