import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';
import { describe, expect, test } from 'vitest';

import { stopTask } from '../../src/commands/stop-task.ts';
import { labApis } from '../client/lab-apis.ts';
import { recordingContext } from '../support/recording-context.ts';

describe('lab stop-task --kill', () => {
  test('kills the process of a task of this machine', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const ended = once(child, 'exit');
    const apis = labApis({ services: 1, tasksOfEach: 1, processId: child.pid ?? 0 });
    await using endpoint = await startAwsEndpoint({ host: '127.0.0.1', port: 0, apis });
    const context = recordingContext();
    await stopTask('task-0', { kill: true, endpointUrl: endpoint.url }, context);
    expect(context.printed).toEqual([`killed service-0 task-0 (process ${child.pid})`]);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  test('refuses an endpoint of another machine before it asks it anything', async () => {
    const options = { kill: true, endpointUrl: 'http://lab.example.com:4566' };
    await expect(stopTask('task-0', options, recordingContext())).rejects.toMatchObject({
      code: 'LAB_TASK_ELSEWHERE',
      message: expect.stringMatching(
        /^The tasks behind http:\/\/lab\.example\.com:4566 are not known to be/,
      ) as unknown,
    });
  });
});
