import { albDecisions } from '../core/decisions.ts';
import type { RequestHead } from './request-head.ts';

const FAST = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\/[\x21-\x7e]*) HTTP\/1\.([01])$/;
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const ABSOLUTE = /^https?:\/\/([^/?#]*)([^]*)$/i;
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\x01-\x1f\x7f]/;

/** Reads `METHOD target HTTP/x.y` (or HTTP/0.9's `GET target`) into `head`, without its line end. */
export function readRequestLine(head: RequestHead, line: string): void {
  const fast = FAST.exec(line);
  if (fast !== null) {
    head.method = fast[1] as string;
    head.version = fast[3] === '1' ? 11 : 10;
    readTarget(head, fast[2] as string);
  } else {
    readOddRequestLine(head, line);
  }
  head.keepAlive = head.version === 11;
  if (head.method === 'TRACE') head.reject(405);
}

function readOddRequestLine(head: RequestHead, line: string): void {
  const first = line.indexOf(' ');
  const last = line.lastIndexOf(' ');
  head.method = first < 0 ? line : line.slice(0, first);
  if (!METHOD.test(head.method)) severe(head, 'BadMethod');
  if (first < 0) {
    head.classify('Ambiguous', 'MissingUri');
    head.reject(400);
    return;
  }
  const tail = line.slice(last + 1);
  const hasVersion = last > first && /^HTTP\//i.test(tail);
  if (!hasVersion && last > first) severe(head, 'BadVersion');
  head.version = hasVersion ? readVersion(head, tail) : 9;
  if (head.version === 9 && head.method !== 'GET') head.reject(400);
  const target = line.slice(first + 1, hasVersion ? last : undefined);
  if (/^HTTP\/\d/.test(target) || target.trim() === '') {
    head.classify('Ambiguous', 'MissingUri');
    head.reject(400);
  }
  if (target.includes('\0') || target.includes('\r')) severe(head, 'BadUri');
  else if (CONTROLS.test(target)) head.classify('Ambiguous', 'AmbiguousUri');
  if (target.includes(' ')) head.classify('Acceptable', 'SpaceInUri');
  readTarget(head, target);
}

function readVersion(head: RequestHead, text: string): number {
  if (text === 'HTTP/1.1') return 11;
  if (text === 'HTTP/1.0') return 10;
  if (/^HTTP\/1\.\d+$/.test(text)) {
    head.classify('Acceptable', 'NonCompliantVersion');
    return 11;
  }
  if (/^HTTP\/\d+(\.\d+)?$/.test(text)) head.reject(505);
  else severe(head, 'BadVersion');
  return 11;
}

/** Splits a target into path and query; an absolute target also gives the host, which then wins over the header. */
function readTarget(head: RequestHead, target: string): void {
  head.target = target;
  let rest = target;
  if (target.charCodeAt(0) !== 47) {
    const absolute = ABSOLUTE.exec(target);
    if (absolute !== null) {
      head.host = absolute[1] as string;
      rest = absolute[2] as string;
      if (!rest.startsWith('/')) rest = `/${rest}`;
    } else if (!(target === '*' && head.method === 'OPTIONS')) {
      head.reject(400);
    }
  }
  const fragment = rest.indexOf('#');
  if (fragment >= 0) rest = rest.slice(0, fragment);
  const mark = rest.indexOf('?');
  head.path = mark < 0 ? rest : rest.slice(0, mark);
  if (mark >= 0) head.query = rest.slice(mark + 1);
  if (/^\/\.\.(?:\/|$)/.test(head.path)) head.reject(albDecisions.pathAboveRootStatus);
}

/** Unreadable in every mode: no rule could be chosen for it. */
function severe(head: RequestHead, reason: 'BadMethod' | 'BadUri' | 'BadVersion'): void {
  head.classify('Severe', reason);
  head.reject(400);
}
