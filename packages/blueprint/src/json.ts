export type JsonRecord = Readonly<Record<string, unknown>>;

/** An object that is no array. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
