import type { Listener } from '../model/load-balancers.ts';
import type { FixedResponseAction, ForwardAction, RedirectAction, RuleAction } from '../model/rules.ts';
import type { TargetGroup } from '../model/target-groups.ts';

const targetGroupsMax = 5;
const weightMax = 999;
const stickinessSecondsMax = 604_800;
const redirectPartLengthMax = 128;
const portMax = 65_535;
const messageBodyLengthMax = 1024;
const contentTypes = ['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json'];

/** What an action is judged by beside itself. */
export interface ActionSurroundings {
  /** The listener's. */
  readonly protocol: Listener['protocol'];
  readonly targetGroup: (name: string) => TargetGroup | undefined;
}

/** Why ELB refuses an action. */
export interface ActionProblem {
  /** The API's name for it. */
  readonly code:
    | 'ValidationError'
    | 'InvalidLoadBalancerAction'
    | 'IncompatibleProtocols'
    | 'InvalidConfigurationRequest';
  readonly sentence: string;
}

/**
 * What ELB would refuse about an action, of a rule or by default, or `undefined`. Source: the API's types and errors;
 * "Action types for listener rules" and "Quotas" of the Application Load Balancer user guide.
 */
export function checkAction(action: RuleAction, around: ActionSurroundings): ActionProblem | undefined {
  const isApplication = isHttp(around.protocol);
  if (action.type !== 'forward' && !isApplication) {
    return bad(`a listener with the protocol ${around.protocol} can only forward, but the action is ${action.type}.`);
  }
  switch (action.type) {
    case 'forward':
      return checkForward(action, around);
    case 'redirect':
      return checkRedirect(action, around);
    default:
      return checkFixedResponse(action);
  }
}

function checkForward(action: ForwardAction, { protocol, targetGroup }: ActionSurroundings): ActionProblem | undefined {
  const { targetGroups, stickinessDurationSeconds: seconds } = action;
  if (targetGroups.length === 0 || targetGroups.length > targetGroupsMax) {
    return bad(`a forward action has 1 to ${targetGroupsMax} target groups, this one ${targetGroups.length}.`);
  }
  const odd = targetGroups.find(({ weight }) => !isWhole(weight, 0, weightMax));
  if (odd !== undefined) return invalid(`the weight ${odd.weight} is no whole number from 0 to ${weightMax}.`);
  if (seconds !== undefined && !isWhole(seconds, 1, stickinessSecondsMax)) {
    return invalid(
      `the group stickiness lasts ${seconds} s, which is no whole number from 1 to ${stickinessSecondsMax}.`,
    );
  }
  const groups = targetGroups.flatMap((entry) => targetGroup(entry.targetGroup) ?? []);
  const other = groups.find((group) => isHttp(group.protocol) !== isHttp(protocol));
  if (other !== undefined) {
    return {
      code: 'IncompatibleProtocols',
      sentence: `a listener with the protocol ${protocol} cannot forward to ${other.name}, whose protocol is ${other.protocol}.`,
    };
  }
  const newer = groups.find(({ protocolVersion }) => protocolVersion !== 'HTTP1');
  if (newer !== undefined && protocol === 'HTTP') {
    return bad(
      `a listener with the protocol HTTP cannot forward to ${newer.name}, whose protocol version is ${newer.protocolVersion}; use HTTPS.`,
    );
  }
  const sticky = groups.find(({ attributes }) => attributes['stickiness.enabled'] === 'true');
  if (groups.length > 1 && sticky !== undefined && seconds === undefined) {
    return {
      code: 'InvalidConfigurationRequest',
      sentence: `the target group ${sticky.name} is sticky, so the action, which forwards to ${groups.length} groups, needs group stickiness too.`,
    };
  }
  return undefined;
}

function checkRedirect(action: RedirectAction, around: ActionSurroundings): ActionProblem | undefined {
  const { protocol = '#{protocol}', host = '#{host}', port = '#{port}', path = '/#{path}', query = '' } = action;
  if (protocol === '#{protocol}' && host === '#{host}' && port === '#{port}' && path === '/#{path}') {
    return bad('the redirect keeps protocol, host, port and path, so it would lead to itself; change one of them.');
  }
  const long = Object.entries({ host, path, query }).find(([, part]) => part.length > redirectPartLengthMax);
  if (long !== undefined)
    return invalid(`the redirect's ${long[0]} has more than ${redirectPartLengthMax} characters.`);
  if (!['HTTP', 'HTTPS', '#{protocol}'].includes(protocol)) {
    return invalid(`the redirect's protocol ${protocol} is none of HTTP, HTTPS and #{protocol}.`);
  }
  if (port !== '#{port}' && !(/^\d+$/.test(port) && isWhole(Number(port), 1, portMax))) {
    return invalid(`the redirect's port ${port} is neither #{port} nor a whole number from 1 to ${portMax}.`);
  }
  if (!path.startsWith('/')) return invalid(`the redirect's path ${path} does not begin with a slash.`);
  if (query.startsWith('?')) return invalid(`the redirect's query ${query} begins with a question mark; leave it out.`);
  if (around.protocol === 'HTTPS' && protocol === 'HTTP') return bad('a redirect from HTTPS to HTTP is not allowed.');
  return undefined;
}

function checkFixedResponse(action: FixedResponseAction): ActionProblem | undefined {
  const { statusCode, contentType, messageBody = '' } = action;
  if (!/^[245]\d\d$/.test(String(statusCode))) {
    return invalid(`the fixed response's status ${statusCode} is no 2xx, 4xx or 5xx.`);
  }
  if (contentType !== undefined && !contentTypes.includes(contentType)) {
    return invalid(`the fixed response's content type ${contentType} is none of ${contentTypes.join(', ')}.`);
  }
  if (messageBody.length > messageBodyLengthMax) {
    return invalid(`the fixed response's body has more than ${messageBodyLengthMax} characters.`);
  }
  return undefined;
}

function isHttp(protocol: string): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS';
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function bad(sentence: string): ActionProblem {
  return { code: 'InvalidLoadBalancerAction', sentence };
}

function invalid(sentence: string): ActionProblem {
  return { code: 'ValidationError', sentence };
}
