import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  ApplicationListener,
  ApplicationListenerRule,
  ApplicationProtocol,
  ListenerAction,
  ListenerCondition,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ApplicationTargetGroup, IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { RuleConfig, ServiceName } from '../config.ts';

export interface PathRouterProps {
  readonly loadBalancer: IApplicationLoadBalancer;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** With it, the rules are served over HTTPS and plain HTTP is redirected there. @default HTTP only */
  readonly certificate?: ICertificate;
  readonly rules: readonly RuleConfig[];
  readonly targetGroups: Readonly<Record<ServiceName, ApplicationTargetGroup>>;
  /** Takes what no rule matches. */
  readonly defaultService: ServiceName;
}

/** The listener and its rules: which request goes to which service. Over HTTPS: TLS 1.2 or 1.3, forward secrecy and post-quantum key exchange. */
export class PathRouter extends Construct {
  readonly listener: ApplicationListener;

  /** @throws Error when two rules have the same priority. */
  constructor(scope: Construct, id: string, props: PathRouterProps) {
    super(scope, id);
    const priorities = props.rules.map((rule) => rule.priority);
    const twice = priorities.find((priority, index) => priorities.indexOf(priority) !== index);
    if (twice !== undefined) throw new Error(`Two rules have the priority ${twice}: give one of them another number.`);
    this.listener = this.#listener(props);
    for (const rule of props.rules) {
      // oxlint-disable-next-line no-new -- a construct registers itself with its scope
      new ApplicationListenerRule(this, `Rule${rule.priority}`, {
        listener: this.listener,
        priority: rule.priority,
        conditions: conditionsOf(rule),
        action: actionOf(rule, props.targetGroups),
      });
    }
  }

  #listener(props: PathRouterProps): ApplicationListener {
    const { loadBalancer, certificate, httpPort, httpsPort } = props;
    const forward = ListenerAction.forward([props.targetGroups[props.defaultService]]);
    const redirect = ListenerAction.redirect({ protocol: 'HTTPS', port: String(httpsPort), permanent: true });
    // One construct in both cases: two listeners on one port cannot exist, not even while one replaces the other.
    const http = new ApplicationListener(this, 'Listener', {
      loadBalancer,
      protocol: ApplicationProtocol.HTTP,
      port: httpPort,
      open: false,
      defaultAction: certificate ? redirect : forward,
    });
    if (!certificate) return http;
    return new ApplicationListener(this, 'SecureListener', {
      loadBalancer,
      protocol: ApplicationProtocol.HTTPS,
      port: httpsPort,
      open: false,
      certificates: [certificate],
      sslPolicy: SslPolicy.TLS13_12_RES_PQ,
      defaultAction: forward,
    });
  }
}

function conditionsOf(rule: RuleConfig): ListenerCondition[] {
  const conditions = [ListenerCondition.pathPatterns([...rule.paths])];
  if (rule.header) conditions.push(ListenerCondition.httpHeader(rule.header.name, [rule.header.value]));
  return conditions;
}

function actionOf({ action }: RuleConfig, targetGroups: PathRouterProps['targetGroups']): ListenerAction {
  if (action.type === 'forward') return ListenerAction.forward([targetGroups[action.service]]);
  if (action.type === 'redirect') return ListenerAction.redirect({ path: action.path });
  const { statusCode, messageBody } = action;
  return ListenerAction.fixedResponse(statusCode, { contentType: 'text/plain', messageBody });
}
