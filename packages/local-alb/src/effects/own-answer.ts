import { BodyScanner } from '../wire/body-scanner.ts';
import { type OwnAnswer, printOwnAnswer } from '../wire/error-pages.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { Client } from './client.ts';
import { logOwnAnswer, type RequestNotes } from './request-log.ts';

/** Done from the start, so that one serves all. */
const NO_BODY = new BodyScanner({ kind: 'length', length: 0 });

/** How the request's body is delimited. */
export function bodyOf(head: RequestHead): BodyScanner {
  if (head.chunked) return new BodyScanner({ kind: 'chunked' });
  return head.contentLength > 0 ? new BodyScanner({ kind: 'length', length: head.contentLength }) : NO_BODY;
}

/** Answers in place of a target, then lets the request's body pass. */
export function answer(client: Client, head: RequestHead, own: OwnAnswer, notes: RequestNotes): void {
  head.keepAlive = client.mayStay(head);
  const sentBytes = writeOwnAnswer(client, head, own);
  logOwnAnswer(client, head, own, sentBytes, notes);
  client.release(head.keepAlive, bodyOf(head));
}

/** Writes an answer of the load balancer's own; answers its length in bytes. */
export function writeOwnAnswer(client: Client, head: RequestHead, own: OwnAnswer): number {
  const { responseHeaders } = client.listener;
  const text = printOwnAnswer(own, head, client.runtime.clock.httpDate(), responseHeaders);
  client.socket.write(text, 'latin1');
  return text.length;
}
