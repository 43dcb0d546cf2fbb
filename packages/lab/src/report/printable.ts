/**
 * Text that somebody else wrote, for one line on a terminal: control characters (C0, DEL, C1, line separators and what turns the
 * direction of writing) as `\x1b`, and no more than `charactersMax` characters.
 */
export function printable(text: string, charactersMax = 200): string {
  const cut = text.length > charactersMax ? `${text.slice(0, charactersMax)}… (${text.length} characters)` : text;
  return cut.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}
