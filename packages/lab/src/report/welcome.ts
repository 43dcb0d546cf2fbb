import type { Colors } from '../context.ts';
import type { Lab } from '../embedded/start-lab.ts';

/** What `lab up` prints once, when everything is healthy. */
export function welcome(lab: Lab, seconds: number, colors: Colors): string[] {
  const { urls, dns, zoneName } = lab;
  const rows: [string, string][] = [
    ['load balancer', urls.http],
    ...(urls.https === undefined ? [] : [['', urls.https] as [string, string]]),
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
    '  npx pnpm lab status',
    '',
    colors.dim('Ctrl-C stops everything.'),
    '',
  ];
}
