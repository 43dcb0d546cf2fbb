import { matchRule, type ForwardAction, type RequestFacts, type Rule } from '@switchyard/blueprint';
import { LOCATION_BYTES_MAX, locationOf } from '../core/redirect.ts';
import type { TargetGroupState } from '../core/target-group-state.ts';
import { BodyScanner, type Framing } from '../wire/body-scanner.ts';
import { treatmentOf } from '../wire/desync.ts';
import { type OwnAnswer, ownAnswer, ownPage, printOwnAnswer } from '../wire/error-pages.ts';
import { forwardedHost, printForwardedHead, traceHeader } from '../wire/forwarded-head.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { ClientConnection } from './client-connection.ts';
import { Exchange } from './exchange.ts';
import { logOwnAnswer, type RequestNotes } from './request-log.ts';

/** Decides what becomes of a request whose head has been read, and begins it. */
export function dispatch(client: ClientConnection, head: RequestHead): void {
  const { runtime, listener } = client;
  const treatment = treatmentOf(head.desyncClass, runtime.settings.desyncMitigationMode);
  if (treatment !== 'pass') {
    head.keepAlive = false;
    if (treatment === 'reject') {
      answer(client, head, ownAnswer(400), { reason: `the request is ${head.desyncClass}: ${head.desyncReason}` });
      return;
    }
  }
  const rule = matchRule(listener.rules, factsOf(client, head));
  const { action } = rule;
  switch (action.type) {
    case 'fixed-response':
      answer(
        client,
        head,
        {
          statusCode: action.statusCode,
          body: action.messageBody ?? '',
          contentType: action.contentType ?? 'text/plain',
        },
        { rule, actions: ['fixed-response'] },
      );
      break;
    case 'redirect':
      redirect(client, head, rule);
      break;
    case 'forward':
      forward(client, head, rule, action);
      break;
  }
}

function factsOf(client: ClientConnection, head: RequestHead): RequestFacts {
  return {
    method: head.method,
    host: head.host ?? client.runtime.loadBalancer.dnsName,
    path: head.path,
    query: head.query ?? '',
    sourceIp: client.address,
    header: (name) => head.header(name),
  };
}

function redirect(client: ClientConnection, head: RequestHead, rule: Rule): void {
  const { runtime, listener } = client;
  if (rule.action.type !== 'redirect') return;
  const { statusCode } = rule.action;
  const host = head.host ?? runtime.loadBalancer.dnsName;
  const colon = host.lastIndexOf(':');
  const location = locationOf(
    rule.action,
    {
      protocol: listener.protocol === 'https' ? 'HTTPS' : 'HTTP',
      host: colon > host.lastIndexOf(']') ? host.slice(0, colon) : host,
      port: listener.localPort,
      path: head.path,
      query: head.query ?? '',
    },
    (port) => runtime.listeners.find((candidate) => candidate.blueprint.port === port)?.localPort ?? port,
  );
  const notes = { rule, actions: ['redirect'], redirectUrl: location };
  if (location.length > LOCATION_BYTES_MAX) {
    answer(client, head, ownAnswer(507), { ...notes, reason: 'the redirect URL is too long' });
    return;
  }
  answer(client, head, { statusCode, body: ownPage(statusCode), contentType: 'text/html', location }, notes);
}

function forward(client: ClientConnection, head: RequestHead, rule: Rule, action: ForwardAction): void {
  const { runtime, listener } = client;
  const targetGroup = chooseTargetGroup(client, action);
  const notes = { rule, actions: ['forward'], targetGroup };
  if (targetGroup.blueprint.protocolVersion !== 'HTTP1') {
    answer(client, head, ownAnswer(464), { ...notes, reason: 'the target group does not speak HTTP/1.1' });
    return;
  }
  const target = targetGroup.select(runtime.clock.coarseMs, Math.random);
  if (target === undefined) {
    answer(client, head, ownAnswer(503), { ...notes, reason: `target group ${targetGroup.name} has no targets` });
    return;
  }
  if (head.expectContinue && head.version === 11) client.socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
  const traceId = traceHeader(head.traceId, runtime.clock.traceId());
  const host = forwardedHost(head.host, listener.forwardedBy);
  const text = printForwardedHead(head, listener.forwardedBy, client, head.target, host, traceId);
  const exchange = new Exchange(client, head, { ...notes, traceId, target }, bodyOf(head));
  client.exchange = exchange;
  exchange.begin(runtime.poolOf(target).acquire(), text);
}

function chooseTargetGroup(client: ClientConnection, action: ForwardAction): TargetGroupState {
  const { targetGroups } = action;
  let chosen = targetGroups[0];
  if (targetGroups.length > 1) {
    const total = targetGroups.reduce((sum, { weight }) => sum + weight, 0);
    let at = Math.random() * total;
    for (const candidate of targetGroups) {
      if (candidate.weight === 0) continue;
      chosen = candidate;
      at -= candidate.weight;
      if (at < 0) break;
    }
  }
  const state = client.runtime.targetGroups.get(chosen?.targetGroup ?? '');
  if (state === undefined) throw new Error(`target group ${chosen?.targetGroup} is not part of the load balancer`);
  return state;
}

const NO_BODY: Framing = { kind: 'length', length: 0 };

function bodyOf(head: RequestHead): BodyScanner {
  if (head.chunked) return new BodyScanner({ kind: 'chunked' });
  return new BodyScanner(head.contentLength > 0 ? { kind: 'length', length: head.contentLength } : NO_BODY);
}

/** Answers by itself, then lets the request's body pass. */
function answer(client: ClientConnection, head: RequestHead, own: OwnAnswer, notes: RequestNotes): void {
  head.keepAlive = client.mayStay(head);
  const text = printOwnAnswer(own, head, client.runtime.clock.httpDate());
  client.socket.write(text, 'latin1');
  logOwnAnswer(client, head, own, text.length, notes);
  client.release(head.keepAlive, bodyOf(head));
}
