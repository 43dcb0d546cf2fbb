/** AWS Query, the way out: members are elements, lists hold `<member>`, timestamps are ISO 8601. Source: Smithy's `awsQuery` protocol. */
import type { AwsOutput } from '../api.ts';

export const XML_CONTENT_TYPE = 'text/xml';

export function printXmlOutput(operation: string, output: AwsOutput, xmlNamespace: string, requestId: string): string {
  const result = element(`${operation}Result`, output);
  return `<${operation}Response xmlns="${escapeXml(xmlNamespace)}">${result}<ResponseMetadata>${element('RequestId', requestId)}</ResponseMetadata></${operation}Response>`;
}

export function printXmlError(
  error: { readonly code: string; readonly message: string; readonly status: number },
  xmlNamespace: string | undefined,
  requestId: string,
): string {
  const xmlns = xmlNamespace === undefined ? '' : ` xmlns="${escapeXml(xmlNamespace)}"`;
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const body = element('Error', { Type: type, Code: error.code, Message: error.message });
  return `<ErrorResponse${xmlns}>${body}${element('RequestId', requestId)}</ErrorResponse>`;
}

/** Absent members (undefined, null) print nothing. */
function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: unknown): string {
  if (typeof value === 'string') return escapeXml(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => element('member', item)).join('');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, member]) => element(key, member))
      .join('');
  }
  return String(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** XML 1.0 has no way to write most control characters and lone surrogates: they become U+FFFD. */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- these are the characters that XML 1.0 forbids
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replaceAll(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character)
  );
}
