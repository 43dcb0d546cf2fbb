import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { ServiceConnectError } from '../errors.ts';
import { hostNameOf } from '../wire/headers.ts';
import { createServer as createHttpServer } from '../wire/node-http.ts';
import {
  badRequest,
  headersTooLarge,
  localReplyBytes,
  localReplyHeaders,
  noRoute,
  requestIncomplete,
  upgradeRequired,
  type LocalReply,
} from '../wire/replies.ts';
import type { ProxyContext } from './context.ts';
import { Exchange } from './exchange.ts';
import { passThrough } from './passthrough.ts';
import { headerBytesMax, type Upstream } from './upstream.ts';
import { WebSocketExchange } from './websocket.ts';

/** Envoy's limit on the number of a message's headers. */
const headersMax = 100;
/** Connections from the task to one listener; node drops further ones. */
const connectionsMax = 8_192;

/** An open listener: one address and port of the task, for one or more aliases. */
export interface Listener {
  /** The port it really listens on: the endpoint's, or the one given for port 0. */
  readonly port: number;
  /** Closes it; requests under way get `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** @param upstreams the endpoints at this address and port; several are told apart by `Host` */
export async function openListener(
  context: ProxyContext,
  upstreams: readonly Upstream[],
  address: string,
  port: number,
): Promise<Listener> {
  const [only, second] = upstreams;
  const passedThrough = upstreams.find((upstream) => upstream.endpoint.appProtocol !== 'http');
  if (passedThrough !== undefined && second !== undefined) {
    throw new ServiceConnectError(
      'SERVICE_CONNECT_ADDRESS_SHARED',
      `${passedThrough.endpoint.dnsName} is not HTTP/1.1 and cannot share ${address}:${port} with ${upstreams
        .filter((upstream) => upstream !== passedThrough)
        .map((upstream) => upstream.endpoint.dnsName)
        .join(', ')}; give each its own address.`,
    );
  }
  if (only !== undefined && passedThrough !== undefined) {
    const server = createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      void passThrough(context, only, socket);
    });
    return await open(server, address, port);
  }
  return await open(createServer(context, upstreams), address, port);
}

function createServer(context: ProxyContext, upstreams: readonly Upstream[]): Server {
  const byName = new Map(upstreams.map((upstream) => [upstream.endpoint.dnsName.toLowerCase(), upstream]));
  const [only, second] = upstreams;
  const route = (host: string): Upstream | undefined => (second === undefined ? only : byName.get(hostNameOf(host)));
  const idleMsMax = Math.max(...upstreams.map(({ timeouts }) => (timeouts.idleMs === 0 ? 0 : timeouts.idleMs)));
  const server = createHttpServer({
    maxHeaderSize: headerBytesMax,
    requireHostHeader: false,
    keepAliveTimeout: upstreams.some(({ timeouts }) => timeouts.idleMs === 0) ? 0 : idleMsMax,
    requestTimeout: 0,
    noDelay: true,
    shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
  });
  server.maxHeadersCount = 0;
  server.on('request', (request, response) => {
    response.once('close', () => {
      // The server is closing: what was busy when it began to close is idle now.
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      refuse(response, refusal);
      return;
    }
    const { path, host } = targetOf(request);
    const upstream = path === undefined ? undefined : route(host);
    if (path === undefined || upstream === undefined) refuse(response, noRoute);
    else void new Exchange(context, upstream, request, response, path).start();
  });
  server.on('upgrade', (request, socket, head) => {
    const upstream = route(request.headers.host ?? '');
    const refusal = refusalOf(request) ?? (upstream === undefined ? noRoute : undefined);
    if (upstream === undefined || refusal !== undefined) refuseSocket(socket, refusal ?? noRoute);
    else void new WebSocketExchange(context, upstream, request, socket as Socket, head).start();
  });
  server.on('connect', (_request, socket) => refuseSocket(socket, noRoute));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else socket.end(localReplyBytes(clientErrorReplies[error.code ?? ''] ?? badRequest));
  });
  return server;
}

const clientErrorReplies: Readonly<Record<string, LocalReply>> = {
  HPE_HEADER_OVERFLOW: headersTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: requestIncomplete,
};

/** What Envoy refuses before routing. */
function refusalOf(request: IncomingMessage): LocalReply | undefined {
  if (request.httpVersionMajor === 1 && request.httpVersionMinor === 0) return upgradeRequired;
  if (request.rawHeaders.length > headersMax * 2) return headersTooLarge;
  return request.headers.host === undefined ? badRequest : undefined;
}

/** Path and authority; an absolute request target brings its own authority. No path: `*`. */
function targetOf(request: IncomingMessage): { path: string | undefined; host: string } {
  const url = request.url ?? '';
  const host = request.headers.host ?? '';
  if (url.startsWith('/')) return { path: url, host };
  const absolute = /^https?:\/\/([^/?#]+)(.*)$/i.exec(url);
  if (absolute === null) return { path: undefined, host };
  const [, authority = host, rest = ''] = absolute;
  return { path: rest.startsWith('/') ? rest : `/${rest}`, host: authority };
}

function refuse(response: ServerResponse, reply: LocalReply): void {
  response.writeHead(reply.statusCode, localReplyHeaders(reply));
  response.end(reply.body);
}

/** Node leaves an upgraded socket to its taker, whose errors are then the taker's, too. */
function refuseSocket(socket: Duplex, reply: LocalReply): void {
  socket.on('error', () => socket.destroy());
  socket.end(localReplyBytes(reply), () => socket.destroy());
}

async function open(server: Server | TcpServer, address: string, port: number): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.maxConnections = connectionsMax;
  await listen(server, address, port);
  return {
    port: portOf(server),
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const timer = setTimeout(() => sockets.forEach((socket) => socket.destroy()), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

async function listen(server: Server | TcpServer, address: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, address, port)));
    server.listen({ host: address, port }, () => resolve());
  });
}

function listenError(error: NodeJS.ErrnoException, address: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    const message = `${address}:${port} is taken; another proxy listens there: give this task addresses of its own.`;
    return new ServiceConnectError('SERVICE_CONNECT_ADDRESS_TAKEN', message, { cause: error });
  }
  if (error.code === 'EADDRNOTAVAIL') {
    const message = `This machine has no address ${address}; add it to the loopback interface (\`sudo ifconfig lo0 alias ${address}\` on macOS).`;
    return new ServiceConnectError('SERVICE_CONNECT_ADDRESS_UNAVAILABLE', message, { cause: error });
  }
  return error;
}

function portOf(server: Server | TcpServer): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
