import {
  checkRule,
  type FixedResponseAction,
  type ForwardAction,
  type RedirectAction,
  type Rule,
  type RuleCondition,
} from '@switchyard/blueprint';
import { AwsApiError } from '@switchyard/local-aws-endpoint';
import { invalid } from './input.ts';

/** What CreateRule, ModifyRule and ModifyListener refuse. AWS source: the API's types; "Quotas for your Application Load Balancers". */

const EVALUATIONS_PER_CONDITION_MAX = 3;
const REDIRECT_PART_CHARACTERS_MAX = 128;
const PORT_MAX = 65_535;
const MESSAGE_BODY_CHARACTERS_MAX = 1024;
const STICKINESS_SECONDS_MAX = 604_800;
const CONTENT_TYPES = new Set(['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json']);

/** What an action is judged by beside itself. */
export interface ActionContext {
  /** The listener's: HTTP or HTTPS. */
  readonly protocol: string;
  readonly protocolVersionOf: (targetGroup: string) => string | undefined;
}

/** Throws `ValidationError` for conditions and transforms that AWS refuses. */
export function requireValidRule(rule: Rule): void {
  const problem = checkRule(rule);
  if (problem !== undefined) throw invalid(problem);
  const busy = rule.conditions.find((condition) => evaluationsOf(condition) > EVALUATIONS_PER_CONDITION_MAX);
  if (busy !== undefined) {
    throw invalid(`A ${busy.field} condition has at most ${EVALUATIONS_PER_CONDITION_MAX} values`);
  }
}

function evaluationsOf(condition: RuleCondition): number {
  return ('regexValues' in condition ? condition.regexValues : condition.values)?.length ?? 0;
}

/** Throws `InvalidLoadBalancerAction` or `ValidationError` for an action that AWS refuses. */
export function requireValidAction({ action }: Pick<Rule, 'action'>, context: ActionContext): void {
  switch (action.type) {
    case 'forward':
      requireValidForward(action, context);
      break;
    case 'redirect':
      requireValidRedirect(action, context);
      break;
    default:
      requireValidFixedResponse(action);
  }
}

function requireValidForward(action: ForwardAction, { protocol, protocolVersionOf }: ActionContext): void {
  const encrypted = action.targetGroups.find(({ targetGroup }) => protocolVersionOf(targetGroup) !== 'HTTP1');
  if (encrypted !== undefined && protocol !== 'HTTPS') {
    throw badAction(
      `Listener protocol '${protocol}' is not supported with a target group with the protocol-version '${protocolVersionOf(encrypted.targetGroup)}'`,
    );
  }
  const seconds = action.stickinessDurationSeconds ?? 1;
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > STICKINESS_SECONDS_MAX) {
    throw invalid(`DurationSeconds must be between 1 and ${STICKINESS_SECONDS_MAX}`);
  }
}

function requireValidRedirect(action: RedirectAction, { protocol: own }: ActionContext): void {
  const { protocol = '#{protocol}', host = '', port = '#{port}', path = '/', query = '' } = action;
  const long = Object.entries({ Host: host, Path: path, Query: query }).find(
    ([, part]) => part.length > REDIRECT_PART_CHARACTERS_MAX,
  );
  if (long !== undefined) throw invalid(`${long[0]} has at most ${REDIRECT_PART_CHARACTERS_MAX} characters`);
  if (!['HTTP', 'HTTPS', '#{protocol}'].includes(protocol)) throw invalid(`Protocol '${protocol}' is not valid`);
  if (port !== '#{port}' && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= PORT_MAX)) {
    throw invalid(`Port '${port}' is not valid: it must be between 1 and ${PORT_MAX}, or #{port}`);
  }
  if (!path.startsWith('/')) throw invalid(`Path '${path}' must begin with '/'`);
  if (query.startsWith('?')) throw invalid(`Query '${query}' must not begin with '?'`);
  if (own === 'HTTPS' && protocol === 'HTTP') throw badAction('A redirect from HTTPS to HTTP is not allowed');
}

function requireValidFixedResponse({ statusCode, contentType, messageBody = '' }: FixedResponseAction): void {
  if (!/^[245]\d\d$/.test(String(statusCode))) throw invalid('StatusCode must be 2XX, 4XX or 5XX');
  if (contentType !== undefined && !CONTENT_TYPES.has(contentType)) {
    throw invalid(`ContentType '${contentType}' must be one of ${[...CONTENT_TYPES].join(', ')}`);
  }
  if (messageBody.length > MESSAGE_BODY_CHARACTERS_MAX) {
    throw invalid(`MessageBody has at most ${MESSAGE_BODY_CHARACTERS_MAX} characters`);
  }
}

function badAction(message: string): AwsApiError {
  return new AwsApiError('InvalidLoadBalancerAction', message);
}
