import { randomBytes } from 'node:crypto';
import { Agent, createServer, request as startRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { ClassicLoadBalancer } from '@switchyard/blueprint';
import type { Instance } from '../core/instances.ts';
import type { ClassicLbEvent } from '../events.ts';
import { cookieIn, endToEndHeaders, forwardedHeaders } from '../wire/headers.ts';
import type { Fleet } from './fleet.ts';

const COOKIE = 'AWSELB';
const CONNECTIONS_MAX = 10_000;

export interface HttpListenerOptions {
  readonly loadBalancer: ClassicLoadBalancer;
  readonly listener: ClassicLoadBalancer['listeners'][number];
  readonly fleet: Fleet;
  readonly onEvent: (event: ClassicLbEvent) => void;
}

/** An HTTP listener: each request to the instance with the fewest under way, or to the one that the client's cookie names. */
export function createHttpListener(options: HttpListenerOptions): Server {
  const idleTimeoutMs = options.loadBalancer.idleTimeoutSeconds * 1000;
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256, timeout: idleTimeoutMs });
  const cookies = new Map<string, string>();
  const server = createServer({ keepAlive: true }, (request, response) => {
    new Exchange(request, response, options, { agent, cookies, idleTimeoutMs }).send();
  });
  server.keepAliveTimeout = idleTimeoutMs;
  server.headersTimeout = idleTimeoutMs;
  server.requestTimeout = 0;
  server.maxConnections = CONNECTIONS_MAX;
  server.once('close', () => agent.destroy());
  return server;
}

interface Shared {
  readonly agent: Agent;
  /** By cookie value, the instance's id. */
  readonly cookies: Map<string, string>;
  readonly idleTimeoutMs: number;
}

/** One request and its answer. */
class Exchange {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: HttpListenerOptions;
  readonly #shared: Shared;
  readonly #began = performance.now();
  #target: string | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, options: HttpListenerOptions, shared: Shared) {
    this.#request = request;
    this.#response = response;
    this.#options = options;
    this.#shared = shared;
    response.once('close', () => this.#tell());
  }

  /** `refusedBy`: the instance that was tried and did not take the connection. */
  send(refusedBy?: Instance): void {
    const { fleet } = this.#options;
    const instance = this.#stickyInstance(refusedBy) ?? fleet.instances.leastOutstanding(refusedBy);
    if (instance === undefined) this.#answer(503, 'Service Unavailable: Back-end server is at capacity');
    else this.#sendTo(instance, refusedBy === undefined);
  }

  #sendTo(instance: Instance, mayRetry: boolean): void {
    const { fleet, listener } = this.#options;
    const { agent, idleTimeoutMs } = this.#shared;
    const request = this.#request;
    const address = request.socket.remoteAddress ?? '';
    this.#target = `${instance.address}:${listener.instancePort}`;
    const upstream = startRequest({
      agent,
      host: instance.address,
      port: listener.instancePort,
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: forwardedHeaders(request.rawHeaders, { address, port: listener.port }),
      setHost: false,
      timeout: idleTimeoutMs,
    });
    const underWay = fleet.begin(instance, () => upstream.destroy());
    let isConnected = false;
    upstream.once('socket', (socket) => {
      if (!socket.connecting) isConnected = true;
      else socket.once('connect', () => (isConnected = true));
    });
    let answer: IncomingMessage | undefined;
    upstream.once('response', (received) => this.#relay(instance, (answer = received)));
    upstream.once('timeout', () => {
      this.#answer(504, 'GATEWAY_TIMEOUT');
      upstream.destroy();
    });
    upstream.on('error', () => {
      // What follows a whole answer is none of it.
      if (answer?.complete === true) return;
      if (isConnected) this.#answer(502, 'BAD_GATEWAY');
      else if (mayRetry) this.send(instance);
      else this.#answer(503, 'Service Unavailable: Back-end server is at capacity');
    });
    upstream.once('close', () => underWay[Symbol.dispose]());
    this.#response.once('close', () => upstream.destroy());
    // Nothing of the body is read before the instance has taken the connection, so that it can still go elsewhere.
    upstream.once('socket', (socket) => {
      const pipe = (): void => void request.pipe(upstream);
      if (socket.connecting) socket.once('connect', pipe);
      else pipe();
    });
  }

  #relay(instance: Instance, answer: IncomingMessage): void {
    const response = this.#response;
    if (response.headersSent || response.destroyed) {
      answer.destroy();
      return;
    }
    if (!this.#writeHead(instance, answer)) {
      answer.destroy();
      this.#answer(502, 'BAD_GATEWAY');
      return;
    }
    answer.on('error', () => response.destroy());
    answer.on('aborted', () => response.destroy());
    answer.pipe(response);
    // Node keeps the head back for the body's first bytes, which may be long in coming.
    setImmediate(() => response.flushHeaders());
  }

  /** False for an answer that is none: node refuses to write some heads that it reads, and no request asks for another protocol by 101. */
  #writeHead(instance: Instance, { statusCode = 0, statusMessage = '', rawHeaders }: IncomingMessage): boolean {
    if (statusCode < 200) return false;
    try {
      this.#response.writeHead(
        statusCode,
        statusMessage,
        [...endToEndHeaders(rawHeaders), ...this.#cookie(instance)].flat(),
      );
      return true;
    } catch {
      return false;
    }
  }

  #stickyInstance(refusedBy: Instance | undefined): Instance | undefined {
    const { listener, fleet } = this.#options;
    if (listener.stickiness === undefined) return undefined;
    const value = cookieIn(this.#request.headers.cookie, COOKIE);
    const id = value === undefined ? undefined : this.#shared.cookies.get(value);
    const instance = id === undefined ? undefined : fleet.instances.inService(id);
    return instance === refusedBy ? undefined : instance;
  }

  /** Sent when the client has none, or one that leads elsewhere. */
  #cookie(instance: Instance): [string, string][] {
    const { stickiness } = this.#options.listener;
    const { cookies } = this.#shared;
    if (stickiness === undefined) return [];
    const present = cookieIn(this.#request.headers.cookie, COOKIE);
    if (present !== undefined && cookies.get(present) === instance.id) return [];
    const known = [...cookies].find(([, id]) => id === instance.id)?.[0];
    const value = known ?? randomBytes(64).toString('hex').toUpperCase();
    cookies.set(value, instance.id);
    const { durationSeconds } = stickiness;
    const age = durationSeconds === undefined ? '' : `;MAX-AGE=${durationSeconds}`;
    return [
      ['Set-Cookie', `${COOKIE}=${value};PATH=/${age}`],
      ['Set-Cookie', `${COOKIE}CORS=${value};PATH=/${age};SECURE;SAMESITE=None`],
    ];
  }

  #answer(status: number, reason: string): void {
    const response = this.#response;
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    this.#target = status === 503 ? undefined : this.#target;
    response.writeHead(status, reason, { 'content-length': 0 });
    response.end();
    this.#request.resume();
  }

  #tell(): void {
    const { loadBalancer, listener, onEvent } = this.#options;
    onEvent({
      kind: 'request',
      loadBalancer: loadBalancer.name,
      listenerPort: listener.port,
      method: this.#request.method ?? '',
      path: this.#request.url ?? '',
      status: this.#response.statusCode,
      target: this.#target,
      ms: performance.now() - this.#began,
    });
  }
}
