/** A container's health check: `node src/healthy.ts <url>` exits with 0 when the URL answers, and not with a server error. */
import { get } from 'node:http';

const [url = ''] = process.argv.slice(2);
get(url, { timeout: 4000 }, ({ statusCode = 500 }) => process.exit(statusCode < 500 ? 0 : 1))
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1));
