/** A compiled wildcard pattern. */
export type Glob = (subject: string) => boolean;

type Token = { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'one' } | { readonly kind: 'many' };

/**
 * Compiles a wildcard pattern as ALB rules have it: `*` is any run of characters (also `/` and `.`), `?` exactly one,
 * `\*` and `\?` the characters themselves; the whole subject must match. Case is the caller's business: lower both.
 * The time is at most pattern × subject; the common shapes are one string comparison.
 */
export function compileGlob(pattern: string): Glob {
  const pieces = splitAtStars(tokensOf(pattern));
  const [head = [], ...rest] = pieces;
  const tail = rest.pop();
  if (tail === undefined) return exactly(head);
  if (rest.length === 0 && isLiteral(head) && isLiteral(tail)) return betweenLiterals(textOf(head), textOf(tail));
  return (subject) => {
    const end = subject.length - tail.length;
    if (end < head.length || !matchesAt(head, subject, 0) || !matchesAt(tail, subject, end)) return false;
    let position = head.length;
    for (const piece of rest) {
      const found = findPiece(piece, subject, position, end);
      if (found < 0) return false;
      position = found + piece.length;
    }
    return true;
  };
}

/** The characters between two stars; `undefined` stands for `?`. */
type Piece = readonly (string | undefined)[];

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern.charAt(index);
    const next = pattern.charAt(index + 1);
    if (character === '\\' && (next === '*' || next === '?')) {
      tokens.push({ kind: 'literal', text: next });
      index += 1;
    } else if (character === '*') tokens.push({ kind: 'many' });
    else if (character === '?') tokens.push({ kind: 'one' });
    else tokens.push({ kind: 'literal', text: character });
  }
  return tokens;
}

function splitAtStars(tokens: readonly Token[]): Piece[] {
  const pieces: (string | undefined)[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'many') pieces.push([]);
    else pieces.at(-1)?.push(token.kind === 'literal' ? token.text : undefined);
  }
  return pieces;
}

function exactly(piece: Piece): Glob {
  if (isLiteral(piece)) {
    const text = textOf(piece);
    return (subject) => subject === text;
  }
  return (subject) => subject.length === piece.length && matchesAt(piece, subject, 0);
}

function betweenLiterals(start: string, end: string): Glob {
  const lengthMin = start.length + end.length;
  if (lengthMin === 0) return () => true;
  if (end === '') return (subject) => subject.startsWith(start);
  return (subject) => subject.length >= lengthMin && subject.startsWith(start) && subject.endsWith(end);
}

function isLiteral(piece: Piece): piece is readonly string[] {
  return !piece.includes(undefined);
}

function textOf(piece: readonly string[]): string {
  return piece.join('');
}

function findPiece(piece: Piece, subject: string, from: number, end: number): number {
  if (isLiteral(piece)) {
    const found = subject.indexOf(textOf(piece), from);
    return found + piece.length <= end ? found : -1;
  }
  for (let start = from; start + piece.length <= end; start += 1) if (matchesAt(piece, subject, start)) return start;
  return -1;
}

function matchesAt(piece: Piece, subject: string, start: number): boolean {
  return piece.every((character, index) => character === undefined || subject.charAt(start + index) === character);
}
