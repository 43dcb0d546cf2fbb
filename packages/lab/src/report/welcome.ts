import type { Colors } from '../context.ts';
import type { Lab } from '../embedded/start-lab.ts';
import { loopback, portSettings } from '../settings.ts';

const defaultEndpointUrl = `http://${loopback}:${portSettings.endpoint.defaultPort}`;

/** What `lab up` prints once, when everything is healthy. */
export function welcome(lab: Lab, seconds: number, colors: Colors): string[] {
  const { urls, dns, zoneName, otherLoadBalancers, serviceNames } = lab;
  const has = (name: string): boolean => serviceNames.includes(name);
  const digging = (name: string): string => `  dig @${dns.host} -p ${dns.port} SRV ${name}.${zoneName}`;
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
    `  curl -s ${urls.http}${has('frontend') ? '/journey' : '/'}`,
    ...(has('api') ? [`  curl -s ${urls.http}/api/whoami`] : []),
    ...(zoneName !== undefined && has('worker') ? [digging('worker')] : []),
    ...otherLoadBalancers.map(({ urls: [url] }) => `  curl -s ${url}/whoami`),
    ...(zoneName !== undefined && has('worker-bridge') ? [digging('worker-bridge')] : []),
    urls.endpoint === defaultEndpointUrl
      ? '  npx pnpm lab status'
      : `  npx pnpm lab status --endpoint-url ${urls.endpoint}`,
    '',
    colors.dim('Ctrl-C stops everything.'),
    '',
  ];
}
