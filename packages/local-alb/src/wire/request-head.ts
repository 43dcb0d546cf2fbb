import { type DesyncClass, type DesyncReason, isWorse } from './desync.ts';

/** A request's head as it was sent, and what the load balancer has to know of it. */
export class RequestHead {
  /** The head in latin1, without the empty line that ends it. */
  text = '';
  /** Length on the wire, the empty line included. */
  byteLength = 0;
  method = '';
  /** As sent: origin form or absolute form. */
  target = '';
  /** Without the query; of an absolute target, its path. */
  path = '/';
  /** Without the `?`; absent when there is none. */
  query: string | undefined = undefined;
  /** 9, 10 or 11. */
  version = 11;
  host: string | undefined = undefined;
  contentLength = -1;
  chunked = false;
  keepAlive = true;
  /** `websocket`, when that is asked for; other protocols are not upgraded to. */
  upgrade: string | undefined = undefined;
  /** What `Connection` names besides close, keep-alive and upgrade: headers that do not go on. */
  connectionOptions: string | undefined = undefined;
  expectContinue = false;
  forwardedFor: string | undefined = undefined;
  traceId: string | undefined = undefined;
  /** The header lines that go on to the target unchanged. */
  passedOn = '';
  /** Status of the load balancer's refusal; 0: none. */
  rejection = 0;
  desyncClass: DesyncClass = 'Compliant';
  desyncReason: DesyncReason | undefined = undefined;
  /** Per header line: start and end of its name, start and end of its value, as offsets in `text`. */
  readonly fields: number[] = [];

  /** The target in origin form, otherwise as sent. */
  get uri(): string {
    if (this.target.charCodeAt(0) === 47 || this.target === '*') return this.target;
    return this.query === undefined ? this.path : `${this.path}?${this.query}`;
  }

  /** The values of a header, in order. `lowerCaseName` in lower case. */
  header(lowerCaseName: string): readonly string[] {
    const values: string[] = [];
    const { fields, text } = this;
    for (let i = 0; i < fields.length; i += 4) {
      const from = fields[i] as number;
      const to = fields[i + 1] as number;
      if (to - from !== lowerCaseName.length) continue;
      if (text.slice(from, to).toLowerCase() !== lowerCaseName) continue;
      values.push(text.slice(fields[i + 2], fields[i + 3]));
    }
    return values;
  }

  classify(desyncClass: DesyncClass, reason: DesyncReason): void {
    if (!isWorse(desyncClass, this.desyncClass)) return;
    this.desyncClass = desyncClass;
    this.desyncReason = reason;
  }

  reject(status: number): void {
    if (this.rejection === 0) this.rejection = status;
  }
}
