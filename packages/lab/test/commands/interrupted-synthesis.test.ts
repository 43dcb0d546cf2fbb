import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { beginLab } from '../support/lab-command.ts';
import type { LabCommand } from '../support/lab-command.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { workspaceCopy } from '../support/workspace-copy.ts';

const upNote = 'synthesizing the CDK app (a few seconds; cached until infra changes)\n';

/** A command whose CDK app goes on for ever, once the app runs; `appEnded` resolves when its process is gone. */
async function whileSynthesizing(args: readonly string[]) {
  await using opening = new AsyncDisposableStack();
  const copy = opening.use(await workspaceCopy());
  const temporary = opening.use(await temporaryDirectory());
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  opening.defer(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await writeFile(
    join(copy.root, 'infra/src/main.ts'),
    `import { connect } from 'node:net';\nconnect(${port}, '127.0.0.1');\n`,
  );
  const command: LabCommand = opening.use(beginLab(copy.root, args, { environment: { TMPDIR: temporary.path } }));
  const [app] = (await once(server, 'connection')) as [Socket];
  const appEnded = once(app.on('error', () => {}).resume(), 'close');
  const resources = opening.move();
  return {
    command,
    appEnded,
    leftIn: async () => (await readdir(temporary.path)).filter((name) => name.startsWith('switchyard')),
    [Symbol.asyncDispose]: async () => await resources.disposeAsync(),
  };
}

describe('a command that is stopped while the CDK app runs', () => {
  test.each([
    ['SIGINT', ['up'], upNote],
    ['SIGTERM', ['up'], upNote],
    ['SIGHUP', ['up'], upNote],
    ['SIGTERM', ['synth'], ''],
    ['SIGTERM', ['synth', '--check'], ''],
    ['SIGINT', ['deploy', '--dry-run'], 'synthesizing the CDK app\n'],
  ] as const)(
    'by %s, as %j: ends the app and then quietly itself',
    async (signal, args, note) => {
      await using running = await whileSynthesizing(args);
      running.command.child.kill(signal);
      expect(await running.command.ended).toEqual({ code: 130, stdout: '', stderr: note });
      await running.appEnded;
      expect(await running.leftIn()).toEqual([]);
    },
    120_000,
  );

  test('by Ctrl-C, which reaches every process of the terminal: says nothing of the app', async () => {
    await using running = await whileSynthesizing(['up']);
    running.command.signalGroup('SIGINT');
    expect(await running.command.ended).toEqual({ code: 130, stdout: '', stderr: upNote });
    await running.appEnded;
    expect(await running.leftIn()).toEqual([]);
  }, 120_000);
});
