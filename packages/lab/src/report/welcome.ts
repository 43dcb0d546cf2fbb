import type { Colors } from '../context.ts';
import type { Lab } from '../embedded/start-lab.ts';

/** What `lab up` prints once, when everything is healthy. */
export function welcome(lab: Lab, seconds: number, colors: Colors): string[] {
  const { urls, dns, zoneName, otherLoadBalancers } = lab;
  const rows: [string, string][] = [
    ['load balancer', urls.http],
    ...(urls.https === undefined ? [] : [['', urls.https] as [string, string]]),
    ...otherLoadBalancers.flatMap(({ type, urls: each }) =>
      each.map((url, index): [string, string] => [index === 0 ? `${type} load balancer` : '', url]),
    ),
    ['AWS API endpoint', urls.endpoint],
    ['Cloud Map DNS', `${dns.host}:${dns.port}`],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    '',
    colors.bold(`The lab is ready (${seconds.toFixed(1)} s).`),
    ...rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`),
    '',
    'Try, in another terminal:',
    `  curl -s ${urls.http}/journey`,
    `  curl -s ${urls.http}/api/whoami`,
    ...(zoneName === undefined ? [] : [`  dig @${dns.host} -p ${dns.port} SRV worker.${zoneName}`]),
    ...otherLoadBalancers.map(({ urls: [url] }) => `  curl -s ${url}/whoami`),
    ...(zoneName === undefined || otherLoadBalancers.length === 0
      ? []
      : [`  dig @${dns.host} -p ${dns.port} SRV worker-bridge.${zoneName}`]),
    '  npx pnpm lab status',
    '',
    colors.dim('Ctrl-C stops everything.'),
    '',
  ];
}
