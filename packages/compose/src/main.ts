import { enableCompileCache } from 'node:module';

import { startRole } from './start-role.ts';

enableCompileCache();

const [role = ''] = process.argv.slice(2);
const log = (members: Readonly<Record<string, unknown>>): void => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), role, ...members })}\n`);
};
try {
  const running = await startRole(role, process.env, log);
  log({ kind: 'started' });
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      log({ kind: 'stopping', signal });
      void running[Symbol.asyncDispose]().then(() => log({ kind: 'stopped' }));
    });
  }
} catch (error) {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
