/** The load balancer in a process of its own: `node alb.ts <target port> [events]`; prints its URL. */
import { startLocalAlb } from '../src/index.ts';
import { forwardTo, listener, loadBalancer, rule, targetGroup } from '../test/blueprint.ts';

const [targetPort = '', mode] = process.argv.slice(2);
const group = targetGroup('web');
let lineBytes = 0;
const rules = [
  rule(
    10,
    { type: 'fixed-response', statusCode: 403 },
    { conditions: [{ field: 'path-pattern', values: ['/internal', '/internal/*'] }] },
  ),
  rule(20, forwardTo('web'), { conditions: [{ field: 'path-pattern', values: ['/api', '/api/*'] }] }),
  rule('default', forwardTo('web')),
];
const alb = await startLocalAlb({
  loadBalancer: loadBalancer([listener(rules)]),
  targetGroups: [group],
  listeners: [{ port: 80, host: '127.0.0.1', localPort: 0 }],
  ...(mode === 'events'
    ? {
        onEvent: (event) => {
          if (event.kind === 'request') lineBytes += event.line.length;
        },
      }
    : {}),
});
await alb.api.operations['RegisterTargets']?.({
  TargetGroupArn: group.arn,
  Targets: [{ Id: '127.0.0.1', Port: Number(targetPort) }],
});
console.log(alb.listeners[0]?.url);
