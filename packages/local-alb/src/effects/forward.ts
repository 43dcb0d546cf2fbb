import type { ForwardAction, Rule } from '@switchyard/blueprint';
import { chooseTargetGroup } from '../core/choose-target-group.ts';
import type { Transformed } from '../core/transform.ts';
import { ownAnswer } from '../wire/error-pages.ts';
import { forwardedHost, printForwardedHead, traceHeader } from '../wire/forwarded-head.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { ResponseHead } from '../wire/response-head.ts';
import type { Client } from './client.ts';
import { answer, bodyOf } from './own-answer.ts';
import { Exchange } from './exchange.ts';

const ACTIONS = ['forward'];
const ACTIONS_WITH_REWRITE = ['rewrite', 'forward'];

/** Chooses the target group and the target of a request, and sends it there. */
export function forward(
  client: Client,
  head: RequestHead,
  rule: Rule,
  action: ForwardAction,
  transformed: Transformed | undefined,
): void {
  const { runtime, listener } = client;
  const { stickiness } = runtime;
  const stickyGroup = stickiness.groupOf(action, head);
  const group = runtime.targetGroups.get(chooseTargetGroup(action, stickyGroup.name, Math.random));
  const actions = transformed === undefined ? ACTIONS : ACTIONS_WITH_REWRITE;
  const errorReason = stickyGroup.invalid ? 'AWSALBTGCookieInvalid' : undefined;
  const traceId = traceHeader(head.traceId, runtime.clock.traceId());
  const refuse = (status: number, reason: string): void =>
    answer(client, head, ownAnswer(status), {
      rule,
      transformed,
      actions,
      errorReason,
      targetGroup: group,
      traceId,
      reason,
    });
  if (group === undefined) {
    refuse(500, 'the rule names a target group that does not exist');
    return;
  }
  if (speaksAnotherProtocol(head, group.blueprint.protocolVersion)) {
    refuse(464, 'the target group expects another protocol version');
    return;
  }
  const stickyKey = stickiness.targetOf(group, head);
  const sticky = stickyKey === undefined ? undefined : group.accepts(stickyKey);
  const target = sticky ?? group.select(runtime.clock.coarseMs, Math.random);
  if (target === undefined) {
    refuse(503, `target group ${group.name} has no registered targets`);
    return;
  }
  if (head.expectContinue && head.version === 11) client.socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
  const host = forwardedHost(transformed?.host ?? head.host, listener.forwardedBy);
  const uri = transformed?.uri ?? head.uri;
  const text = printForwardedHead(head, listener.forwardedBy, client, uri, host, traceId);
  const notes = { rule, transformed, actions, errorReason, targetGroup: group, traceId, target };
  const isSticky = group.settings.stickiness !== undefined || action.stickinessDurationSeconds !== undefined;
  const cookies = isSticky
    ? (response: ResponseHead) =>
        stickiness.setCookieLines({ action, group, target }, listener, response, sticky !== undefined)
    : undefined;
  const chooseAgain = (): void => forward(client, head, rule, action, transformed);
  const exchange = new Exchange(client, head, notes, bodyOf(head), cookies, chooseAgain);
  client.exchange = exchange;
  exchange.begin(runtime.poolOf(target, group).acquire(), text);
}

/** HTTP/2 and gRPC target groups take HTTP/2 requests only, HTTP/1.1 groups no gRPC. */
function speaksAnotherProtocol(head: RequestHead, protocolVersion: string): boolean {
  if (protocolVersion !== 'HTTP1') return true;
  return head.header('content-type')[0]?.startsWith('application/grpc') === true;
}
