import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

/** A task that never takes a connection: a process that listens and is stopped, its queue of connections full. */
export async function startBlackHole(address = '127.10.1.1') {
  const script = `require('net').createServer().listen({ host: '${address}', port: 0, backlog: 1 }, function () {
    require('fs').writeSync(1, String(this.address().port));
    process.kill(process.pid, 'SIGSTOP');
  })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [output] = await once(child.stdout, 'data');
  const port = Number(output);
  const fillers = [connect(port, address), connect(port, address)];
  for (const filler of fillers) filler.on('error', () => {});
  await Promise.all(fillers.map((filler) => once(filler, 'connect')));
  return {
    address,
    port,
    key: `${address}:${port}`,
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      for (const filler of fillers) filler.destroy();
    },
  };
}
