/** The forms in which a journey is answered. */
export type Format = 'json' | 'html' | 'text';

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['application/json', 'json'],
  ['application/problem+json', 'json'],
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['text/plain', 'text'],
]);

const ACCEPT_LENGTH_MAX = 1024;

/**
 * Chooses by an `Accept` header (RFC 9110 §12.5.1): the type with the highest weight among those that are named; of equals the first.
 * A header that names none of them, such as curl's wildcard, means text.
 */
export function formatOf(accept: string | undefined): Format {
  let best: Format = 'text';
  let bestWeight = 0;
  for (const entry of (accept ?? '').slice(0, ACCEPT_LENGTH_MAX).split(',')) {
    const [type = '', ...parameters] = entry.split(';');
    const format = FORMATS.get(type.trim().toLowerCase());
    if (format === undefined) continue;
    const weight = weightOf(parameters);
    if (weight > bestWeight) {
      best = format;
      bestWeight = weight;
    }
  }
  return best;
}

function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const match = /^\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*$/i.exec(parameter);
    if (match) return Number(match[1]);
  }
  return 1;
}
