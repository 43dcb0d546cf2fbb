import { matchRule, type RequestFacts, type Rule } from '@switchyard/blueprint';
import { LOCATION_BYTES_MAX, locationOf } from '../core/redirect.ts';
import type { Transformed } from '../core/transform.ts';
import { treatmentOf } from '../wire/desync.ts';
import { ownAnswer, ownPage } from '../wire/error-pages.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { Client } from './client.ts';
import { forward } from './forward.ts';
import { answer } from './own-answer.ts';

/** Decides what becomes of a request whose head has been read, and begins it. */
export function dispatch(client: Client, head: RequestHead): void {
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
  const transformed = rule.transforms.length === 0 ? undefined : transform(client, head, rule);
  if (transformed !== undefined && transformed.status !== 'TransformSuccess') {
    answer(client, head, ownAnswer(500), { rule, transformed, actions: ['rewrite'], reason: transformed.status });
    return;
  }
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
      redirect(client, head, rule, transformed);
      break;
    default:
      forward(client, head, rule, action, transformed);
      break;
  }
}

function factsOf(client: Client, head: RequestHead): RequestFacts {
  return {
    method: head.method,
    host: head.host ?? client.runtime.loadBalancer.dnsName,
    path: head.path,
    query: head.query ?? '',
    sourceIp: client.address,
    header: (name) => head.header(name),
  };
}

function transform(client: Client, head: RequestHead, rule: Rule): Transformed | undefined {
  const host = withoutPort(head.host ?? client.runtime.loadBalancer.dnsName);
  return client.runtime.transformOf(rule)?.({ host, uri: head.uri });
}

function withoutPort(host: string): string {
  const colon = host.lastIndexOf(':');
  return colon > host.lastIndexOf(']') ? host.slice(0, colon) : host;
}

function redirect(client: Client, head: RequestHead, rule: Rule, transformed: Transformed | undefined): void {
  const { runtime, listener } = client;
  if (rule.action.type !== 'redirect') return;
  const { statusCode } = rule.action;
  const uri = transformed?.uri ?? `${head.path}${head.query === undefined ? '' : `?${head.query}`}`;
  const mark = uri.indexOf('?');
  const location = locationOf(
    rule.action,
    {
      protocol: listener.protocol === 'https' ? 'HTTPS' : 'HTTP',
      host: transformed?.host ?? withoutPort(head.host || runtime.loadBalancer.dnsName),
      port: listener.localPort,
      path: mark < 0 ? uri : uri.slice(0, mark),
      query: mark < 0 ? '' : uri.slice(mark + 1),
    },
    (port) => runtime.listeners.find((candidate) => candidate.blueprint.port === port)?.localPort ?? port,
  );
  const actions = transformed === undefined ? ['redirect'] : ['rewrite', 'redirect'];
  const notes = { rule, transformed, actions, redirectUrl: location };
  if (location.length > LOCATION_BYTES_MAX) {
    answer(client, head, ownAnswer(507), { ...notes, reason: 'the redirect URL is too long' });
    return;
  }
  answer(client, head, { statusCode, body: ownPage(statusCode), contentType: 'text/html', location }, notes);
}
