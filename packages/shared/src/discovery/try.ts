import { codeOf, wordsOf } from '../errors.ts';
import type { Controller, DispatchOptions, Handler, ResponseHeaders } from '../http/undici.ts';
import type { Account, Finding, Target } from './finding.ts';

/** What became of one request to one target. */
export interface Attempt {
  readonly address: string;
  readonly outcome: string;
  readonly ms: number;
}

/** Give one along as `record` in the dispatch options to learn how the target was found and what was tried. */
export interface CallRecord {
  account?: Account;
  readonly attempts: Attempt[];
}

export interface DiscoveryDispatchOptions extends DispatchOptions {
  readonly record?: CallRecord;
}

/** Where a try goes next. */
interface Router {
  /** Sends a try to its next target, by what is known now. */
  again(finding: Finding, attempt: Try): void;
  /** Takes note of a target that could not be reached. */
  suspect(target: Target): void;
}

const ATTEMPTS_MAX = 3;
const CONNECTION_LOST = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** One request on its way over up to {@link ATTEMPTS_MAX} targets; hands everything else through. */
export class Try implements Handler {
  readonly options: DiscoveryDispatchOptions;
  tried: Set<string> | undefined;
  readonly #router: Router;
  readonly #handler: Handler;
  #finding: Finding | undefined;
  #target: Target | undefined;
  #attempts = 0;
  #startedMs = 0;
  #responded = false;

  constructor(router: Router, options: DiscoveryDispatchOptions, handler: Handler) {
    this.#router = router;
    this.options = options;
    this.#handler = handler;
  }

  begin(finding: Finding, target: Target): void {
    this.#finding = finding;
    this.#target = target;
    this.#attempts += 1;
    const { record } = this.options;
    if (record === undefined) return;
    this.#startedMs = performance.now();
    record.account = finding.account;
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context);
  }

  onResponseStart(controller: Controller, status: number, headers: ResponseHeaders, message?: string): void {
    this.#responded = true;
    if (this.options.record !== undefined) this.#note(`answered ${status}`);
    this.#handler.onResponseStart?.(controller, status, headers, message);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(controller: Controller, trailers: ResponseHeaders): void {
    this.#handler.onResponseEnd?.(controller, trailers);
  }

  onResponseError(controller: Controller, error: Error): void {
    if (!this.#responded) this.#note(wordsOf(error));
    const finding = this.#finding;
    const target = this.#target;
    if (this.#responded || finding === undefined || target === undefined || !this.#mayTryAgain(error, finding)) {
      this.#handler.onResponseError?.(controller, error);
      return;
    }
    (this.tried ??= new Set()).add(target.address);
    this.#router.again(finding, this);
  }

  #mayTryAgain(error: Error, { targets }: Finding): boolean {
    const refused = isRefused(error);
    if (refused && this.#target !== undefined) this.#router.suspect(this.#target);
    if (this.#attempts >= ATTEMPTS_MAX) return false;
    if (refused) return isReplayable(this.options) && targets.length > (this.tried?.size ?? 0) + 1;
    return CONNECTION_LOST.has(codeOf(error)) && isIdempotent(this.options) && isReplayable(this.options);
  }

  #note(outcome: string): void {
    const ms = Math.round((performance.now() - this.#startedMs) * 1000) / 1000;
    this.options.record?.attempts.push({ address: this.#target?.address ?? '', outcome, ms });
  }
}

/** Whether there was no connection, so that nothing can have been sent. */
function isRefused(error: Error & { readonly syscall?: unknown }): boolean {
  return error.syscall === 'connect' || ['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT'].includes(codeOf(error));
}

function isIdempotent({ method }: DispatchOptions): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isReplayable({ body }: DispatchOptions): boolean {
  return body === undefined || body === null || typeof body === 'string' || Buffer.isBuffer(body);
}
