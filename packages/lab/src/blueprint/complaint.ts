import { pathToFileURL } from 'node:url';

/** Long enough for every sentence that the CDK writes of one error. */
const complaintCharsMax = 2000;
/** Where there is no error to be found, what was said last. */
const lastLinesMax = 6;

export interface Complaint {
  /** The error's message on one line, without its stack. */
  readonly text: string;
  /** The first place below the root that the error names: `infra/src/config.ts:12`. */
  readonly place?: string;
}

/**
 * What a Node process that ended with an error wrote of it. Node prints the source line and a caret, the message, the stack and its own
 * version, in that order; the CDK prints its errors in the same form.
 */
export function complaintOf(standardError: string, root: string): Complaint {
  const lines = standardError.split('\n').map((line) => line.trimEnd());
  const said = lines.slice(lines.findLastIndex((line) => /^\s*\^+$/.test(line)) + 1);
  const end = said.findIndex(isAfterMessage);
  const beforeStack = said.slice(0, end === -1 ? undefined : end);
  // More of the source may follow the caret.
  const begin = beforeStack.findIndex((line) => /^\w*Error( \[\w+\])?: |^«\w+»/.test(line));
  const text =
    joined(beforeStack.slice(Math.max(0, begin))) ||
    joined(lines.filter((line) => line !== '' && !isAfterMessage(line)).slice(-lastLinesMax));
  const place = placeIn(lines, root);
  return {
    text: text.replaceAll(`${root}/`, '').slice(0, complaintCharsMax),
    ...(place !== undefined && { place }),
  };
}

/** Frames of the stack as Node and as the CDK write them, and what Node writes at the end. */
function isAfterMessage(line: string): boolean {
  return /^\s+at \S.*(\)|:\d+)$|^\s+\.\.\.\S|^Node\.js v\d|^\(Use `node /.test(line);
}

function joined(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')
    .replace(/^Error: /, '')
    .replace(/^(\w*Error) \[\w+\]: /, '$1: ');
}

function placeIn(lines: readonly string[], root: string): string | undefined {
  const start = `${pathToFileURL(root).href}/`;
  for (const line of lines) {
    const from = line.indexOf(start);
    if (from === -1 || line.includes('/node_modules/')) continue;
    return /^[^\s:]+:\d+/.exec(line.slice(from + start.length))?.[0];
  }
  return undefined;
}
