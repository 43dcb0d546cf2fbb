import type { Deployment } from '../cloudformation/deployment.ts';
import type { Properties } from '../cloudformation/properties.ts';
import { BlueprintError } from '../errors.ts';
import type { FixedResponseAction, ForwardAction, RedirectAction, RuleAction } from '../model.ts';

/**
 * The action that ends a rule. `label` is the rule or listener, for messages.
 * Throws `BLUEPRINT_ACTION_UNSUPPORTED` for a type that is unknown or has no place in the model.
 */
export function actionOf(deployment: Deployment, label: string, actions: readonly Properties[]): RuleAction {
  const ordered = actions
    .map((properties) => ({ properties, order: properties.optionalNumber('Order') ?? 0 }))
    .toSorted((a, b) => a.order - b.order);
  const [action, ...more] = ordered.map(({ properties }) => oneActionOf(deployment, label, properties));
  if (action === undefined || more.length > 0) {
    throw new BlueprintError(
      'BLUEPRINT_PROPERTY_INVALID',
      `${label} needs exactly one action, but has ${actions.length}.`,
    );
  }
  return action;
}

function oneActionOf(deployment: Deployment, label: string, action: Properties): RuleAction {
  const type = action.string('Type');
  switch (type) {
    case 'forward':
      return forwardOf(deployment, action);
    case 'redirect':
      return redirectOf(configOf(action, 'RedirectConfig'));
    case 'fixed-response':
      return fixedResponseOf(configOf(action, 'FixedResponseConfig'));
    default:
      throw new BlueprintError(
        'BLUEPRINT_ACTION_UNSUPPORTED',
        `${label} has an action of type ${type}, which the blueprint cannot represent; use forward, redirect or fixed-response.`,
      );
  }
}

function forwardOf(deployment: Deployment, action: Properties): ForwardAction {
  const config = action.object('ForwardConfig');
  const type = 'AWS::ElasticLoadBalancingV2::TargetGroup';
  const targetGroups = (config?.objects('TargetGroups') ?? []).map((entry) => ({
    targetGroup: deployment.get(entry, entry.string('TargetGroupArn'), type).name,
    weight: entry.optionalNumber('Weight') ?? 1,
  }));
  if (targetGroups.length === 0) {
    const { name } = deployment.get(action, action.string('TargetGroupArn'), type);
    return { type: 'forward', targetGroups: [{ targetGroup: name, weight: 1 }] };
  }
  const stickiness = config?.object('TargetGroupStickinessConfig');
  const isSticky = stickiness?.boolean('Enabled', false) === true;
  if (isSticky)
    return { type: 'forward', targetGroups, stickinessDurationSeconds: stickiness.number('DurationSeconds') };
  stickiness?.done();
  return { type: 'forward', targetGroups };
}

function redirectOf(config: Properties): RedirectAction {
  const part = (key: string) => config.optionalString(key);
  const [protocol, host, port, path, query] = ['Protocol', 'Host', 'Port', 'Path', 'Query'].map(part);
  return {
    type: 'redirect',
    statusCode: config.oneOf('StatusCode', ['HTTP_301', 'HTTP_302'], { required: true }) === 'HTTP_301' ? 301 : 302,
    ...(protocol !== undefined && { protocol }),
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(path !== undefined && { path }),
    ...(query !== undefined && { query }),
  };
}

function fixedResponseOf(config: Properties): FixedResponseAction {
  const contentType = config.optionalString('ContentType');
  const messageBody = config.optionalString('MessageBody');
  return {
    type: 'fixed-response',
    statusCode: config.number('StatusCode'),
    ...(contentType !== undefined && { contentType }),
    ...(messageBody !== undefined && { messageBody }),
  };
}

function configOf(action: Properties, key: string): Properties {
  const config = action.object(key);
  if (config === undefined) throw action.invalid(key, 'is missing');
  return config;
}
