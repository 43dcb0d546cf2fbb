/** One resource or stack changing, from a line of the CDK's command line. */
export interface ResourceEvent {
  readonly stack: string;
  readonly done?: number;
  readonly total?: number;
  readonly status: string;
  readonly type: string;
  /** The construct's path with its logical id, or the stack's name. */
  readonly what: string;
  /** Of the status; empty when there is none. */
  readonly reason: string;
}

const eventLine = /^(.+?) \| +(?:(\d+)(?:\/(\d+))? +\| +)?[^|]*\d:\d\d[^|]* \| ([A-Z_]+) +\| (\S+) +\| (.*)$/;

/** `Stack | 3/24 | 10:00:00 AM | CREATE_FAILED | AWS::EC2::VPC | Vpc (VpcB2) reason` → the event; other lines → undefined. */
export function parseEventLine(line: string): ResourceEvent | undefined {
  const found = eventLine.exec(line);
  if (found === null) return undefined;
  const [, stack = '', done, total, status = '', type = '', rest = ''] = found;
  const named = /^(.*? \([A-Za-z0-9]+\)) ?(.*)$/.exec(rest);
  const bare = /^(\S+) ?(.*)$/.exec(rest);
  const [, what = rest, reason = ''] = named ?? bare ?? [];
  return {
    stack,
    ...(done === undefined ? {} : { done: Number(done) }),
    ...(total === undefined ? {} : { total: Number(total) }),
    status,
    type,
    what,
    reason: reason.trim(),
  };
}

/** A failure in words: which resource of which stack, and why. */
export function failureInWords({ stack, type, what, reason }: ResourceEvent): string {
  const where = type === 'AWS::CloudFormation::Stack' ? `${stack} failed` : `${stack} failed at ${type} ${what}`;
  return `${where}: ${asSentence(reason === '' ? 'CloudFormation gives no reason' : reason)}`;
}

export function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** What a run of the CDK came to, as far as its lines tell. */
export interface Progress {
  /** Takes one line and gives what a person wants to read of it, if anything. */
  readonly take: (line: string, nowMs: number) => readonly string[];
  /** The first resource that failed by itself, not because another one did; else the first stack. */
  readonly firstFailure: () => ResourceEvent | undefined;
  /** What the CDK said last of an error, in one line. */
  readonly complaint: () => string;
}

/** How long a stack may be silent while its resources come and go. */
const silenceMsMax = 10_000;
/** CloudFormation's word for "stopped because of another one". */
const consequence = /cancelled|Rollback requested|The following resource\(s\) failed/i;
const tailMax = 8;

/**
 * Makes little of a lot: a line when a stack begins and ends, when an image is there, when a resource fails with its reason, and every
 * ten seconds how far the stack is and what it waits for.
 */
export function buildProgress(): Progress {
  const pending = new Map<string, Set<string>>();
  const tail: string[] = [];
  let failure: ResourceEvent | undefined;
  let stackFailure: ResourceEvent | undefined;
  let saidAtMs = Number.NEGATIVE_INFINITY;

  const takeEvent = (event: ResourceEvent, nowMs: number): string[] => {
    const waiting = pending.get(event.stack) ?? new Set();
    pending.set(event.stack, waiting);
    const isStack = event.type === 'AWS::CloudFormation::Stack';
    if (event.status.endsWith('_FAILED')) {
      if (event.done === undefined && (failure ?? stackFailure) !== undefined) return [];
      waiting.delete(event.what);
      if (consequence.test(event.reason)) return [];
      if (isStack) stackFailure ??= event;
      else failure ??= event;
      return [`  ✗ ${event.stack}: ${isStack ? '' : `${event.type} ${event.what}: `}${event.reason}`];
    }
    if (isStack) return event.status.endsWith('ROLLBACK_IN_PROGRESS') ? [`  ${event.stack}: rolling back`] : [];
    if (event.status.endsWith('_IN_PROGRESS')) waiting.add(event.what);
    else waiting.delete(event.what);
    if (nowMs - saidAtMs < silenceMsMax) return [];
    saidAtMs = nowMs;
    return [`  ${event.stack}: ${howFar(event)}${waitingFor(waiting)}`];
  };

  return {
    take(line, nowMs) {
      const event = parseEventLine(line);
      if (event !== undefined) return takeEvent(event, nowMs);
      if (line.trim() !== '') {
        tail.push(line.trim());
        tail.splice(0, tail.length - tailMax);
      }
      const said = milestone(line);
      if (said !== undefined) saidAtMs = nowMs;
      return said === undefined ? [] : [said];
    },
    firstFailure: () => failure ?? stackFailure,
    complaint: () => {
      const marked = tail.findLast((line) => /^(‣|❌)/.test(line));
      return (marked ?? tail.at(-1) ?? 'The CDK said nothing.').replace(/^(‣|❌)\s*/, '');
    },
  };
}

function howFar({ done, total }: ResourceEvent): string {
  if (done === undefined) return 'at work';
  return total === undefined ? `${done} resources` : `${Math.min(done, total)} of ${total} resources`;
}

function waitingFor(waiting: ReadonlySet<string>): string {
  const names = [...waiting].map((what) => what.replace(/ \([A-Za-z0-9]+\)$/, ''));
  if (names.length === 0) return '';
  return `, waiting for ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
}

const milestones: readonly (readonly [RegExp, (match: readonly string[]) => string])[] = [
  [
    /^\s*(\S+): deploying\.\.\. \[(\d+)\/(\d+)\]/,
    ([, stack, index, count]) => `${stack}: deploying (${index} of ${count})`,
  ],
  [
    /^\s*(\S+): destroying\.\.\. \[(\d+)\/(\d+)\]/,
    ([, stack, index, count]) => `${stack}: destroying (${index} of ${count})`,
  ],
  [/^\s*✅\s+(\S+) \(no changes\)/, ([, stack]) => `✓ ${stack}: nothing to change`],
  [/^\s*✅\s+(\S+): destroyed/, ([, stack]) => `✓ ${stack}: destroyed`],
  [/^\s*✅\s+(\S+)/, ([, stack]) => `✓ ${stack}`],
  [/^\S+: start: Building (\S+?)\/\S*AssetImage/, ([, image]) => `  building the image of ${image}`],
  [/^\S+: success: Published (\S+?)\/\S*AssetImage/, ([, image]) => `  ✓ image of ${image} is in the registry`],
];

function milestone(line: string): string | undefined {
  for (const [pattern, words] of milestones) {
    const match = pattern.exec(line);
    if (match !== null) return words(match);
  }
  return undefined;
}
