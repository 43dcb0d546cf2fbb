import type { Hop, Journey, Reached } from './journey.ts';

/** Draws a journey as plain text, one line per service and the way to it in between. Ends with a newline. */
export function pictureOf(journey: Journey): string {
  const { hops, error } = journey;
  const width = (value: (hop: Hop) => string): number => Math.max(0, ...hops.map((hop) => value(hop).length));
  const columns: readonly ((hop: Hop) => string)[] = [
    (hop) => hop.service,
    (hop) => `task ${shortTask(hop.taskId)}`,
    (hop) => hop.zone,
    (hop) => hop.address,
  ];
  const widths = columns.map((column) => width(column));
  const msWidth = width((hop) => hop.ms.toFixed(1));
  const lines = ['client'];
  for (const hop of hops) {
    const cells = columns.map((column, index) => column(hop).padEnd(widths[index] ?? 0));
    lines.push(...wayTo(hop), `${cells.join('  ')}  ${hop.ms.toFixed(1).padStart(msWidth)} ms`);
  }
  if (error !== undefined) {
    lines.push('  │', `  ✗ ${error.call}: ${error.status} ${error.code}`, `    ${error.detail}`);
    for (const attempt of error.attempts) lines.push(`    tried ${attempt.address}: ${attempt.outcome}`);
  }
  lines.push('', `via ${journey.via} · ${journey.ms.toFixed(1)} ms · trace ${journey.traceId}`, '');
  return lines.join('\n');
}

function wayTo({ reached, attempts }: Hop): string[] {
  const [first = '', ...rest] = wordsOfReached(reached);
  const failed = attempts.slice(0, -1).map(({ address, outcome }) => `before that tried ${address}: ${outcome}`);
  return [`  │ ${first}`, ...[...rest, ...failed].map((line) => `  │   ${line}`), '  ▼'];
}

/** How a hop was reached, in words; the first line says the mechanism. */
export function wordsOfReached(reached: Reached): string[] {
  switch (reached.by) {
    case 'load-balancer':
      return [`load balancer, ${reached.route}`];
    case 'direct':
      return [`directly, from ${reached.from}`];
    case 'service-connect':
      return [`Service Connect, alias ${reached.alias}`];
    case 'cloud-map-dns':
      return [
        `Cloud Map DNS, ${reached.recordType} ${reached.name}, TTL ${reached.ttlSeconds} s`,
        ...marked(reached.answers, (answer) => answer, reached.picked),
      ];
    case 'cloud-map-api':
      return [
        `Cloud Map API, ${reached.service} in ${reached.namespace}, revision ${reached.revision}, ${reached.preference}`,
        ...marked(
          reached.instances.map(({ address, zone, health }) => `${address} ${zone} ${health}`),
          (line) => line.slice(0, line.indexOf(' ')),
          reached.picked,
        ),
      ];
    default:
      return reached satisfies never;
  }
}

const PLACES_MAX = 10;

/** A line per place with an arrow at the one that was picked; of very many places only the first and the picked one. */
function marked(lines: readonly string[], addressOf: (line: string) => string, picked: string): string[] {
  const all = lines.map((line) => ({ line, isPicked: addressOf(line) === picked }));
  const kept = all.filter(({ isPicked }, index) => isPicked || index < PLACES_MAX);
  const rest = all.length - kept.length;
  const more = rest > 0 ? [`  and ${rest} more`] : [];
  return [...kept.map(({ line, isPicked }) => `${isPicked ? '→' : ' '} ${line}`), ...more];
}

function shortTask(taskId: string): string {
  return taskId.length > 12 ? taskId.slice(0, 8) : taskId;
}
