import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FastifyReply } from 'fastify';

/** What `index.html` refers to, served under `/assets/`. */
export const PAGE_FILES = ['page.css', 'page.js'] as const;

export type PageFile = 'index.html' | (typeof PAGE_FILES)[number];

const TYPES: Readonly<Record<PageFile, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
};

/** The page needs nothing but its own files and this service's journeys; nobody may frame it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Loaded {
  readonly body: string;
  readonly etag: string;
}

const files = new Map<PageFile, Promise<Loaded>>();

/** Sends a file of the page, read once. */
export async function sendPage(reply: FastifyReply, name: PageFile): Promise<FastifyReply> {
  const known = files.get(name) ?? load(name);
  files.set(name, known);
  const { body, etag } = await known;
  reply
    .type(TYPES[name])
    .header('etag', etag)
    .header('cache-control', 'no-cache')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer');
  if (reply.request.headers['if-none-match'] === etag) return await reply.code(304).send();
  return await reply.send(body);
}

async function load(name: PageFile): Promise<Loaded> {
  const body = await readFile(new URL(name, import.meta.url), 'utf8');
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}
