/** AWS Query, the way in: a form body whose dotted names are a tree. Source: Smithy's `awsQuery` protocol. */
import { AwsApiError, type AwsInput } from '../api.ts';

export interface QueryRequest {
  readonly action: string;
  /** Of the API, as in `2015-12-01`. */
  readonly version?: string;
  readonly input: AwsInput;
}

const PARAMETERS_MAX = 5_000;
const DEPTH_MAX = 20;

/**
 * `Action=A&Names.member.1=x&Matcher.HttpCode=200` → `{ action: 'A', input: { Names: ['x'], Matcher: { HttpCode: '200' } } }`.
 *
 * The codec has no model of the API, so every leaf is a string (an empty list, which clients write as `Names=`, is `''`).
 * `X.member.N` is a list in the order of N, `X.entry.N.key` / `.value` a map; every other dot is a structure.
 * Undefined when the form names no `Action`.
 *
 * @throws AwsApiError `MalformedInput` when names contradict each other or the form is larger than any client's.
 */
export function parseQuery(form: string): QueryRequest | undefined {
  const root = new Map<string, Node>();
  let action: string | undefined;
  let version: string | undefined;
  let parameters = 0;
  for (const [name, value] of new URLSearchParams(form)) {
    if (++parameters > PARAMETERS_MAX) throw malformed(`more than ${PARAMETERS_MAX} parameters`);
    if (name === 'Action') action = value;
    else if (name === 'Version') version = value;
    else if (name !== '') insert(root, name, value);
  }
  if (action === undefined) return undefined;
  return { action, ...(version === undefined ? {} : { version }), input: plain(root) as AwsInput };
}

type Node = string | Map<string, Node>;

function insert(root: Map<string, Node>, name: string, value: string): void {
  const path = name.split('.');
  if (path.length > DEPTH_MAX) throw malformed(`${name.slice(0, 100)} is nested too deeply`);
  let node = root;
  for (const key of path.slice(0, -1)) {
    const child = node.get(key) ?? new Map<string, Node>();
    if (typeof child === 'string') throw malformed(`${name} is both a value and a structure`);
    node.set(key, child);
    node = child;
  }
  const leaf = path[path.length - 1] ?? '';
  if (node.has(leaf)) throw malformed(`${name} appears twice or is both a value and a structure`);
  node.set(leaf, value);
}

function plain(node: Node): unknown {
  if (typeof node === 'string') return node;
  const members = onlyChild(node, 'member');
  if (members !== undefined) return inOrder(members).map(plain);
  const entries = onlyChild(node, 'entry');
  if (entries !== undefined) return Object.fromEntries(inOrder(entries).map(entryOf));
  return Object.fromEntries([...node].map(([key, child]) => [key, plain(child)]));
}

/** The numbered children under the one key `key`; undefined when the node is something else. */
function onlyChild(node: Map<string, Node>, key: string): Map<string, Node> | undefined {
  const child = node.size === 1 ? node.get(key) : undefined;
  if (child === undefined || typeof child === 'string') return undefined;
  return [...child.keys()].every((index) => /^[1-9]\d{0,8}$/.test(index)) ? child : undefined;
}

function inOrder(numbered: Map<string, Node>): Node[] {
  return [...numbered].toSorted(([a], [b]) => Number(a) - Number(b)).map(([, node]) => node);
}

function entryOf(node: Node): [string, unknown] {
  const key = typeof node === 'string' ? undefined : node.get('key');
  const value = typeof node === 'string' ? undefined : node.get('value');
  if (typeof key !== 'string' || value === undefined) throw malformed('an entry of a map needs a key and a value');
  return [key, plain(value)];
}

function malformed(what: string): AwsApiError {
  return new AwsApiError('MalformedInput', `The form of the request cannot be read: ${what}.`);
}
