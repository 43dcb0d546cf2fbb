import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as api from '@switchyard/api/src/app.ts';
import * as frontend from '@switchyard/frontend/src/app.ts';
import { SERVICE_VARIABLES, buildContext, loadServiceConfig, variablesTable } from '@switchyard/shared';
import * as worker from '@switchyard/worker/src/app.ts';
import { describe, expect, test } from 'vitest';

import { workspaceRoot } from './support/lab-process.ts';

describe.each([
  { name: 'frontend', basePath: '', service: frontend },
  { name: 'api', basePath: '/api', service: api },
  { name: 'worker', basePath: '/worker', service: worker },
])('the README of $name', async ({ name, basePath, service }) => {
  const readme = await readFile(join(workspaceRoot, 'apps', name, 'README.md'), 'utf8');

  test('lists every variable with its meaning and default', () => {
    expect(readme).toContain(variablesTable(SERVICE_VARIABLES));
  });

  test('lists every route of the service itself, and none that there is not', async () => {
    const config = loadServiceConfig({ SERVICE_NAME: name, BASE_PATH: basePath, LOG_LEVEL: 'silent' });
    const app = service.buildApp(buildContext(config, service.CALLS_BEHIND));
    const routes = new Set<string>();
    app.addHook('onRoute', ({ method, url }) => {
      if (method !== 'HEAD') routes.add(`${String(method)} ${url}`);
    });
    await app.ready();
    await app.close();
    const listed = [...readme.matchAll(/`((?:GET|POST) [^`?]+)[^`]*`/g)].map(([, route]) => route);
    expect(new Set(listed)).toEqual(routes);
  });
});
