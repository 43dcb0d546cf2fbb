import { errorMonitor } from 'node:events';
import type { EventEmitter } from 'node:events';
import net from 'node:net';
import { isNameOfTheLab } from './names.ts';
import type { TaskNetwork } from './config.ts';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type Options = Record<string, unknown>;

const UNSPECIFIED = new Set<unknown>([undefined, null, '', '0.0.0.0', '::', '[::]']);
const LOCALHOST = new Set<unknown>([undefined, '', 'localhost', '127.0.0.1', '::1']);

/** Servers that would listen on every address of the machine listen on the task's. `report` learns how that went. */
export function patchServers(network: TaskNetwork, ownPorts: Set<number>, report: (line: string) => void): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with the server as `this` below
  const listen = net.Server.prototype.listen as unknown as AnyFunction;
  net.Server.prototype.listen = function patchedListen(this: net.Server, ...args: unknown[]) {
    const moved = listenArguments(args, network.address);
    if (moved === undefined) return listen.apply(this, args);
    const options = moved[0] as { port: number };
    const { port } = options;
    options.port = network.hostPorts?.[port] ?? port;
    const failed = (error: NodeJS.ErrnoException): void => report(`failed ${port} ${error.code ?? 'UNKNOWN'}`);
    (this as EventEmitter).once(errorMonitor, failed);
    this.once('listening', () => {
      (this as EventEmitter).off(errorMonitor, failed);
      const address = this.address();
      if (address === null || typeof address === 'string') return;
      const own = port === 0 ? address.port : port;
      ownPorts.add(own);
      report(`listening ${own}`);
      this.once('close', () => ownPorts.delete(own));
    });
    return listen.apply(this, moved);
  } as typeof net.Server.prototype.listen;
}

/** The arguments of `listen` with the task's address in them; `undefined` when they name another place. */
function listenArguments(args: readonly unknown[], address: string): unknown[] | undefined {
  const callback = args.findLast((arg) => typeof arg === 'function');
  const [first] = args;
  const withCallback = (options: Options): unknown[] => [options, ...(callback === undefined ? [] : [callback])];
  if (first === undefined || first === null || typeof first === 'function') {
    return withCallback({ port: 0, host: address });
  }
  if (typeof first === 'object') {
    const options = first as Options;
    if (options['port'] === undefined || options['fd'] !== undefined || !UNSPECIFIED.has(options['host']))
      return undefined;
    return withCallback({ ...options, port: Number(options['port']), host: address, ipv6Only: false });
  }
  if (!isPort(first)) return undefined;
  const [host, backlog] = typeof args[1] === 'number' ? [undefined, args[1]] : [args[1], args[2]];
  if (typeof host !== 'function' && !UNSPECIFIED.has(host)) return undefined;
  return withCallback({ port: Number(first), host: address, ...(typeof backlog === 'number' ? { backlog } : {}) });
}

/** Connections into 127.0.0.0/8 leave from the task's address; its own ports on localhost are its own. */
export function patchConnections(network: TaskNetwork, ownPorts: ReadonlySet<number>): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with the socket as `this` below
  const connect = net.Socket.prototype.connect as unknown as AnyFunction;
  net.Socket.prototype.connect = function patchedConnect(this: net.Socket, ...args: unknown[]) {
    const inner = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
    const options = connectOptions(inner);
    const change = options === undefined ? undefined : changeOf(network, ownPorts, options);
    if (options === undefined || change === undefined) return connect.apply(this, args);
    const changed = { ...options, ...change };
    if (!Array.isArray(args[0])) return connect.call(this, changed, ...args.filter((arg) => typeof arg === 'function'));
    // `net.connect` hands over an array that it has marked as normalized: the mark must stay.
    args[0][0] = changed;
    return connect.apply(this, args);
  } as typeof net.Socket.prototype.connect;
}

function isPort(value: unknown): value is number | string {
  return typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
}

function connectOptions(args: readonly unknown[]): Options | undefined {
  const [first, second] = args;
  if (typeof first === 'object' && first !== null) return first as Options;
  if (!isPort(first)) return undefined;
  return { port: Number(first), ...(typeof second === 'string' ? { host: second } : {}) };
}

function changeOf(network: TaskNetwork, ownPorts: ReadonlySet<number>, options: Options): Options | undefined {
  const { host, port, path, localAddress, socket } = options;
  if (path !== undefined && path !== null && port === undefined) return undefined;
  if (socket !== undefined && socket !== null) return undefined;
  if (LOCALHOST.has(host) && ownPorts.has(Number(port)))
    return {
      host: network.address,
      port: network.hostPorts?.[Number(port)] ?? Number(port),
      localAddress: network.address,
    };
  if (typeof host !== 'string' || typeof localAddress === 'string') return undefined;
  const staysHere = net.isIPv4(host) ? host.startsWith('127.') : isNameOfTheLab(network, host);
  return staysHere ? { localAddress: network.address } : undefined;
}
