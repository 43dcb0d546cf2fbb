import { readFile } from 'node:fs/promises';
import { SERVICE_VARIABLES, buildContext, loadServiceConfig, variablesTable } from '@switchyard/shared';
import { expect, test } from 'vitest';
import { CALLS_BEHIND, buildApp } from '../src/app.ts';

test('the README lists every variable with its meaning and default', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(variablesTable(SERVICE_VARIABLES));
});

test('the README lists every route of the service itself, and none that there is not', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const config = loadServiceConfig({ SERVICE_NAME: 'worker', BASE_PATH: '/worker', LOG_LEVEL: 'silent' });
  const app = buildApp(buildContext(config, CALLS_BEHIND));
  const routes = new Set<string>();
  app.addHook('onRoute', ({ method, url }) => {
    if (method !== 'HEAD') routes.add(`${String(method)} ${url}`);
  });
  await app.ready();
  await app.close();
  const listed = [...readme.matchAll(/`((?:GET|POST) [^`?]+)[^`]*`/g)].map(([, route]) => route);
  expect(new Set(listed)).toEqual(routes);
});
