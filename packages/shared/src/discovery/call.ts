import { KitError, codeOf, wordsOf } from '../errors.ts';
import type { Controller, Handler, ResponseHeaders } from '../http/undici.ts';
import type { CallRecord, DiscoveryDispatchOptions } from './try.ts';

/** What a service answered. */
export interface PeerAnswer {
  readonly status: number;
  readonly json: unknown;
}

export interface PeerRequest {
  /** With the query, if any. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly record: CallRecord;
}

interface Dispatching {
  dispatch(options: DiscoveryDispatchOptions, handler: Handler): boolean;
}

const BODY_BYTES_MAX = 256 * 1024;

/**
 * GETs a JSON answer through a dispatcher, all attempts within one time limit.
 *
 * @throws {KitError} PEER_TIMED_OUT, PEER_UNREACHABLE, PEER_UNAVAILABLE, PEER_ANSWERED_RUBBISH, or the finder's DISCOVERY error
 */
export async function callPeer(dispatcher: Dispatching, name: string, request: PeerRequest): Promise<PeerAnswer> {
  const { path, headers, timeoutMs, record } = request;
  const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const collector = new Collector(resolve, reject);
    const timer = setTimeout(() => {
      const failed = record.account === undefined ? 'was not found' : 'did not answer';
      collector.fail(new KitError('PEER_TIMED_OUT', `The service ${name} ${failed} within ${timeoutMs} ms.`));
    }, timeoutMs);
    collector.onSettled = () => clearTimeout(timer);
    dispatcher.dispatch({ method: 'GET', path, headers, record }, collector);
  }).catch((error: unknown) => {
    throw asKitError(error, name);
  });
  try {
    return { status, json: JSON.parse(body) };
  } catch {
    throw notJson(name, status, body);
  }
}

const PROXY_WORDS_MAX = 200;

/** 502, 503 and 504 without JSON are the words of a proxy on the way, such as Service Connect's `no healthy upstream`. */
function notJson(name: string, status: number, body: string): KitError {
  if (![502, 503, 504].includes(status))
    return new KitError(
      'PEER_ANSWERED_RUBBISH',
      `The service ${name} answered ${status} with something that is not JSON.`,
    );
  const words = wordsOf(body).slice(0, PROXY_WORDS_MAX);
  const said = words === '' ? '' : `, and the proxy before it said: ${words}`;
  return new KitError(
    status === 504 ? 'PEER_TIMED_OUT' : 'PEER_UNAVAILABLE',
    `The call to the service ${name} was answered ${status}${said}.`,
  );
}

class Collector implements Handler {
  onSettled: () => void = () => {};
  readonly #resolve: (answer: { status: number; body: string }) => void;
  readonly #reject: (error: unknown) => void;
  #controller: Controller | undefined;
  #status = 0;
  #bytes = 0;
  #failed: Error | undefined;
  readonly #chunks: Buffer[] = [];

  constructor(resolve: (answer: { status: number; body: string }) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  fail(error: Error): void {
    this.#failed = error;
    this.#controller?.abort(error);
    this.#settle();
    this.#reject(error);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#failed !== undefined) controller.abort(this.#failed);
  }

  onResponseStart(_controller: Controller, status: number, _headers: ResponseHeaders): void {
    this.#status = status;
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > BODY_BYTES_MAX) controller.abort(new Error(`the answer has more than ${BODY_BYTES_MAX} bytes`));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#settle();
    this.#resolve({ status: this.#status, body: Buffer.concat(this.#chunks).toString() });
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#settle();
    this.#reject(error);
  }

  #settle(): void {
    this.onSettled();
    this.onSettled = () => {};
  }
}

const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

function asKitError(error: unknown, name: string): KitError {
  if (error instanceof KitError) return error;
  if (TIMEOUTS.has(codeOf(error)))
    return new KitError('PEER_TIMED_OUT', `The service ${name} did not answer in time: ${wordsOf(error)}.`, {
      cause: error,
    });
  return new KitError('PEER_UNREACHABLE', `The service ${name} cannot be reached: ${wordsOf(error)}.`, {
    cause: error,
  });
}
