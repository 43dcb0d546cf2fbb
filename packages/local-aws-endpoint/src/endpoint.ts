/** The one HTTP endpoint in front of the stand-ins' AWS APIs. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Agent as HttpAgent, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callOperation, errorFormOf, printError, printOutput, type AwsAnswer, type ErrorForm } from './answer.ts';
import { AwsApiError, type AwsApi } from './api.ts';
import { readBody } from './effects/body.ts';
import { forward } from './effects/forward.ts';
import { listenError } from './errors.ts';
import { Agent, createServer } from './node-http.ts';
import { routeOf, type AwsUpstream, type Mounted } from './route.ts';

export interface AwsEndpointOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Where two APIs of one protocol have the same operation and the request is not signed, the first takes it. */
  readonly apis: readonly AwsApi[];
  /** APIs that live in other processes. */
  readonly upstreams?: readonly AwsUpstream[];
  /** Default 1 MiB. */
  readonly bodyBytesMax?: number;
  /** How long an operation, here or behind an upstream, may take. Default 30 s. */
  readonly operationTimeoutMs?: number;
  /** Told of what an operation threw that is not an {@link AwsApiError}; the client sees `InternalFailure`. */
  readonly onError?: (error: unknown, operation: string) => void;
}

export type AwsEndpoint = AsyncDisposable & { readonly url: string };

/**
 * Opens the endpoint. Any host name may lead to it (`Host` is not looked at), so the names of the AWS endpoints can too.
 *
 * Signatures are read for the service they name and never verified: every caller may do everything. Only POST operates
 * anything and only without an `Origin` header, so that no web page can operate the lab through its visitor's browser. `GET /`
 * lists what is mounted.
 *
 * @throws LocalAwsEndpointError `LOCAL_AWS_ENDPOINT_PORT_TAKEN`, `LOCAL_AWS_ENDPOINT_LISTEN_FAILED`.
 */
export async function startAwsEndpoint(options: AwsEndpointOptions): Promise<AwsEndpoint> {
  const { host, port } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 60_000 });
  const settings: Settings = {
    mounted: { apis: options.apis, upstreams: options.upstreams ?? [] },
    agent,
    bodyBytesMax: options.bodyBytesMax ?? 1024 * 1024,
    operationTimeoutMs: options.operationTimeoutMs ?? 30_000,
    onError: options.onError ?? (() => {}),
  };
  const server = createServer((request, response) => void handle(request, response, settings));
  limit(server);
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    throw listenError(error, host, port);
  }
  const address = server.address() as AddressInfo;
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

interface Settings {
  readonly mounted: Mounted;
  readonly agent: HttpAgent;
  readonly bodyBytesMax: number;
  readonly operationTimeoutMs: number;
  readonly onError: (error: unknown, operation: string) => void;
}

/** Keep-alive outlasts the SDKs' idle sockets; everything else is generous for a client on the same machine. */
function limit(server: Server): void {
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.maxHeadersCount = 100;
  server.maxConnections = 4096;
}

async function handle(request: IncomingMessage, response: ServerResponse, settings: Settings): Promise<void> {
  const requestId = randomUUID();
  response.setHeader('x-amzn-requestid', requestId);
  const target = request.headers['x-amz-target'];
  const isJson = target !== undefined || request.headers['content-type']?.includes('json') === true;
  let form: ErrorForm = isJson ? { kind: 'json' } : { kind: 'xml' };
  let operation = 'routing';
  try {
    refuseBrowsers(request);
    if (request.method === 'GET' && request.url === '/') return send(response, listingOf(settings.mounted));
    if (request.method !== 'POST') {
      throw new AwsApiError('MethodNotAllowed', `AWS APIs take POST, not ${String(request.method)}.`, 405);
    }
    const body = await readBody(request, settings.bodyBytesMax);
    const route = routeOf(
      { target: target?.toString(), authorization: request.headers.authorization, body },
      settings.mounted,
    );
    if (route.kind === 'upstream') {
      const to = { url: route.upstream.url, agent: settings.agent, timeoutMs: settings.operationTimeoutMs };
      return await forward({ request, body }, to, response);
    }
    operation = `${route.api.service}:${route.operation}`;
    form = errorFormOf(route.api);
    const output = callOperation(route.api, route.operation, route.input(), settings.operationTimeoutMs);
    const awaited = output instanceof Promise ? await output : output;
    send(response, printOutput(route.api, route.operation, awaited, requestId));
  } catch (error) {
    if (!(error instanceof AwsApiError)) settings.onError(error, operation);
    send(response, printError(apiErrorOf(error), form, requestId));
  }
}

/** Browsers put `Origin` on every POST, also on those of plain forms, and AWS clients on none. */
function refuseBrowsers(request: IncomingMessage): void {
  if (request.headers.origin === undefined) return;
  throw new AwsApiError('AccessDenied', 'This endpoint takes no requests from web pages.', 403);
}

function apiErrorOf(error: unknown): AwsApiError {
  if (error instanceof AwsApiError) return error;
  return new AwsApiError('InternalFailure', 'The operation failed for a reason that is not the request.', 500);
}

/** A body that was not read to its end leaves a connection that cannot be used again. */
function send(response: ServerResponse, { status, contentType, body }: AwsAnswer): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    ...(response.req.complete ? {} : { connection: 'close' }),
  });
  response.end(body);
}

function listingOf({ apis, upstreams }: Mounted): AwsAnswer {
  const listing = {
    apis: apis.map(({ service, protocol, operations }) => ({
      service,
      protocol: protocol.kind,
      operations: Object.keys(operations).toSorted(),
    })),
    upstreams: upstreams.map(({ service, url }) => ({ service, url })),
  };
  return { status: 200, contentType: 'application/json', body: `${JSON.stringify(listing, null, 2)}\n` };
}
