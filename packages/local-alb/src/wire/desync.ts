/**
 * How far a request departs from RFC 9112, in the classes and reasons of the ALB's desync mitigation.
 *
 * AWS source: "Desync mitigation mode"; github.com/aws/http-desync-guardian.
 */
export type DesyncClass = 'Compliant' | 'Acceptable' | 'Ambiguous' | 'Severe';

export type DesyncReason =
  | 'AmbiguousUri'
  | 'BadContentLength'
  | 'BadHeader'
  | 'BadMethod'
  | 'BadTransferEncoding'
  | 'BadUri'
  | 'BadVersion'
  | 'BothTeClPresent'
  | 'DuplicateContentLength'
  | 'EmptyHeader'
  | 'GetHeadZeroContentLength'
  | 'MissingHeaderColon'
  | 'MissingUri'
  | 'MultilineHeader'
  | 'MultipleContentLength'
  | 'MultipleTransferEncodingChunked'
  | 'NonCompliantHeader'
  | 'NonCompliantVersion'
  | 'NonCrLfLineTermination'
  | 'SpaceInUri'
  | 'SuspiciousHeader'
  | 'SuspiciousTeClPresent'
  | 'UndefinedContentLengthSemantics'
  | 'UndefinedTransferEncodingSemantics';

const RANK: Readonly<Record<DesyncClass, number>> = { Compliant: 0, Acceptable: 1, Ambiguous: 2, Severe: 3 };

export function isWorse(candidate: DesyncClass, than: DesyncClass): boolean {
  return RANK[candidate] > RANK[than];
}

/** What a mode does with a class: `pass`, `pass-and-close` (client and target connection) or `reject` with 400. */
export function treatmentOf(
  desyncClass: DesyncClass,
  mode: 'monitor' | 'defensive' | 'strictest',
): 'pass' | 'pass-and-close' | 'reject' {
  if (desyncClass === 'Compliant' || mode === 'monitor') return 'pass';
  if (mode === 'strictest') return 'reject';
  if (desyncClass === 'Severe') return 'reject';
  return desyncClass === 'Ambiguous' ? 'pass-and-close' : 'pass';
}
