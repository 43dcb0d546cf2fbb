import type { ListenerResponseHeaders } from './response-headers.ts';

/** Title, and the status line's reason where it differs from the title. */
const PAGES: Readonly<Record<number, readonly [title: string, reason?: string]>> = {
  301: ['Moved Permanently'],
  302: ['Found', 'Moved Temporarily'],
  400: ['Bad Request'],
  401: ['Authorization Required', 'Unauthorized'],
  403: ['Forbidden'],
  405: ['Not Allowed'],
  408: ['Request Time-out'],
  413: ['Request Entity Too Large'],
  414: ['Request-URI Too Large'],
  500: ['Internal Server Error'],
  501: ['Not Implemented'],
  502: ['Bad Gateway'],
  503: ['Service Temporarily Unavailable'],
  504: ['Gateway Time-out'],
  505: ['HTTP Version Not Supported'],
  507: ['Insufficient Storage'],
};

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  429: 'Too Many Requests',
};

/** The page that the load balancer writes with its own answer; empty for codes it has no page for (463, 464, …). */
export function ownPage(statusCode: number): string {
  const page = PAGES[statusCode];
  if (page === undefined) return '';
  const title = `${statusCode} ${page[0]}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}

function reasonPhrase(statusCode: number): string {
  const page = PAGES[statusCode];
  return page === undefined ? (REASONS[statusCode] ?? '') : (page[1] ?? page[0]);
}

/** Header lines and body of an answer of the load balancer itself. */
export interface OwnAnswer {
  readonly statusCode: number;
  readonly body: string;
  readonly contentType?: string;
  readonly location?: string;
}

export function ownAnswer(statusCode: number): OwnAnswer {
  return { statusCode, body: ownPage(statusCode), contentType: 'text/html' };
}

/** The answer as bytes in latin1; with `head` only for HEAD; without a head for HTTP/0.9. */
export function printOwnAnswer(
  answer: OwnAnswer,
  request: { readonly method: string; readonly version: number; readonly keepAlive: boolean },
  date: string,
  headers: ListenerResponseHeaders,
): string {
  const body = Buffer.from(answer.body, 'utf8').toString('latin1');
  if (request.version === 9) return body;
  const type = answer.contentType === undefined || body === '' ? '' : `Content-Type: ${answer.contentType}\r\n`;
  const server = headers.server ? 'Server: awselb/2.0\r\n' : '';
  const location = answer.location === undefined ? '' : `Location: ${answer.location}\r\n`;
  const connection = request.keepAlive ? 'keep-alive' : 'close';
  return (
    `HTTP/1.1 ${answer.statusCode} ${reasonPhrase(answer.statusCode)}\r\n${server}Date: ${date}\r\n${type}` +
    `Content-Length: ${body.length}\r\nConnection: ${connection}\r\n${location}${headers.lines}\r\n` +
    (request.method === 'HEAD' ? '' : body)
  );
}
