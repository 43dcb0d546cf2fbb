/** Bytes that HTTP gives a meaning to, and the class of each byte. */
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const TAB = 9;

/** 1 where a byte may stand in a token (RFC 9110 §5.6.2): methods and header names. */
export const TOKEN = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  TOKEN[character.charCodeAt(0)] = 1;
}

/** The value of a hexadecimal digit, or -1. */
export function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
