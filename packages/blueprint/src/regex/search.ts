import { compileSet, wordRanges } from './character-set.ts';
import type { Assertion, RegexNode } from './syntax.ts';

/** Says whether the expression matches anywhere in the subject. */
export type RegexSearch = (subject: string) => boolean;

type Instruction =
  | { readonly kind: 'set'; readonly accepts: (code: number) => boolean }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  /** Goes on at both. */
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'match' };

const instructionsMax = 10_000;
const isWord = compileSet({ ranges: wordRanges, negated: false, ignoreCase: false });

/**
 * Compiles an expression into a search that follows all its possibilities at once, character by character (Thompson's
 * construction, run as a list of states). The time is at most expression × subject, whatever the expression: a request
 * cannot make it explode. Throws a `SyntaxError` when repetitions make the expression too large.
 */
export function compileSearch(node: RegexNode): RegexSearch {
  const program: Instruction[] = [];
  emit(node, program);
  program.push({ kind: 'match' });
  const isAnchored = startsAtTextStart(node);
  return (subject) => run(program, subject, isAnchored);
}

function emit(node: RegexNode, program: Instruction[]): void {
  if (program.length > instructionsMax) throw new SyntaxError('is too large when its repetitions are written out');
  switch (node.kind) {
    case 'set':
      program.push({ kind: 'set', accepts: compileSet(node.set) });
      break;
    case 'assertion':
      program.push({ kind: 'assertion', assertion: node.assertion });
      break;
    case 'sequence':
      for (const part of node.parts) emit(part, program);
      break;
    case 'choice':
      emitChoice(node.options, program);
      break;
    default:
      emitRepeat(node, program);
  }
}

function emitChoice(options: readonly RegexNode[], program: Instruction[]): void {
  const jumps: { to: number }[] = [];
  for (const [index, option] of options.entries()) {
    if (index === options.length - 1) {
      emit(option, program);
      continue;
    }
    const split = { kind: 'split' as const, first: program.length + 1, second: 0 };
    program.push(split);
    emit(option, program);
    const jump = { kind: 'jump' as const, to: 0 };
    program.push(jump);
    jumps.push(jump);
    split.second = program.length;
  }
  for (const jump of jumps) jump.to = program.length;
}

function emitRepeat({ node, min, max }: Extract<RegexNode, { kind: 'repeat' }>, program: Instruction[]): void {
  for (let count = 0; count < min; count += 1) emit(node, program);
  const splits: { second: number }[] = [];
  const optional = max === undefined ? 1 : max - min;
  for (let count = 0; count < optional; count += 1) {
    const split = { kind: 'split' as const, first: program.length + 1, second: 0 };
    const start = program.push(split) - 1;
    emit(node, program);
    if (max === undefined) program.push({ kind: 'jump', to: start });
    splits.push(split);
  }
  for (const split of splits) split.second = program.length;
}

function startsAtTextStart(node: RegexNode): boolean {
  if (node.kind === 'assertion') return node.assertion === 'text-start';
  if (node.kind === 'choice') return node.options.every(startsAtTextStart);
  if (node.kind !== 'sequence') return false;
  const [first] = node.parts;
  return first !== undefined && startsAtTextStart(first);
}

function run(program: readonly Instruction[], subject: string, isAnchored: boolean): boolean {
  /** The position at which an instruction was last put on the list: each is there once at most. */
  const seenAt = new Int32Array(program.length).fill(-1);
  let states: number[] = [];
  for (let position = 0; position <= subject.length; position += 1) {
    const code = position < subject.length ? subject.charCodeAt(position) : -1;
    const before = position > 0 ? subject.charCodeAt(position - 1) : -1;
    const starts = position === 0 || !isAnchored ? [...states, 0] : states;
    if (starts.length === 0) return false;
    const next: number[] = [];
    const pending = starts;
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (seenAt[index] === position) continue;
      seenAt[index] = position;
      const instruction = program[index];
      if (instruction === undefined || instruction.kind === 'match') return true;
      if (instruction.kind === 'split') pending.push(instruction.first, instruction.second);
      else if (instruction.kind === 'jump') pending.push(instruction.to);
      else if (instruction.kind === 'set') {
        if (code >= 0 && instruction.accepts(code)) next.push(index + 1);
      } else if (holds(instruction.assertion, before, code)) pending.push(index + 1);
    }
    states = next;
  }
  return false;
}

/** `before` and `after` are the code units around the position; -1 stands for none. */
function holds(assertion: Assertion, before: number, after: number): boolean {
  const lineFeed = 10;
  switch (assertion) {
    case 'text-start':
      return before < 0;
    case 'text-end':
      return after < 0;
    case 'line-start':
      return before < 0 || before === lineFeed;
    case 'line-end':
      return after < 0 || after === lineFeed;
    default: {
      const isBoundary = (before >= 0 && isWord(before)) !== (after >= 0 && isWord(after));
      return isBoundary === (assertion === 'word-boundary');
    }
  }
}
