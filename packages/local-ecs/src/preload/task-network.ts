/**
 * Gives a process the network that awsvpc gives a task. Loaded with `node --import` before the program, which knows nothing of
 * it; without {@link NETWORK_VARIABLE} it does nothing. It has no dependencies, prints nothing and keeps no event loop alive.
 */
import { fstatSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import { CONTROL_DESCRIPTOR, NETWORK_VARIABLE } from './config.ts';
import type { TaskNetwork } from './config.ts';
import { patchNames } from './names.ts';
import { patchConnections, patchServers } from './sockets.ts';

// oxlint-disable-next-line node/no-process-env -- the preload's own configuration; the program must not find it
const { env } = process;
const text = isMainThread ? env[NETWORK_VARIABLE] : getEnvironmentData(NETWORK_VARIABLE);

if (typeof text === 'string') {
  delete env[NETWORK_VARIABLE];
  setEnvironmentData(NETWORK_VARIABLE, text);
  const network = JSON.parse(text) as TaskNetwork;
  const ownPorts = new Set(network.ports);
  const report = isMainThread ? openControl() : (): void => {};
  patchNames(network);
  patchConnections(network, ownPorts);
  patchServers(network, ownPorts, report);
  syncBuiltinESMExports();
}

/** Reports to the lab, and ends the process when the lab ends, however it ends. */
function openControl(): (line: string) => void {
  try {
    if (!fstatSync(CONTROL_DESCRIPTOR).isSocket()) return () => {};
  } catch {
    return () => {};
  }
  const control = new net.Socket({ fd: CONTROL_DESCRIPTOR, readable: true, writable: true });
  // SIGKILL: whatever the program does on `exit` must not keep it alive without a lab.
  const end = (): void => void process.kill(process.pid, 'SIGKILL');
  control.on('error', end).on('close', end).resume().unref();
  return (line) => void control.write(`${line}\n`);
}
