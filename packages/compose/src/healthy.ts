/** A container's health check: exits with 0 when the address in HEALTH_URL answers, and not with a server error. */
export {};

const url = process.env['HEALTH_URL'] ?? '';
const isHealthy = await fetch(url, { signal: AbortSignal.timeout(4000) }).then(
  ({ status }) => status < 500,
  () => false,
);
process.exit(isHealthy ? 0 : 1);
