import { expect, test } from 'vitest';

import { startRole } from '../src/start-role.ts';

const blueprint = new URL('../../../infra/blueprint.json', import.meta.url).pathname;

test.each([
  ['nothing', {}, '"nothing" is no part of the lab: the parts are load-balancer, cloud-map, service-connect, ecs.'],
  ['toString', {}, '"toString" is no part of the lab: the parts are load-balancer, cloud-map, service-connect, ecs.'],
  ['ecs', {}, 'The environment variable BLUEPRINT is missing: docker-compose.yml sets it.'],
  [
    'ecs',
    { BLUEPRINT: '/nowhere.json' },
    'The blueprint /nowhere.json cannot be read (ENOENT): docker-compose.yml mounts infra/blueprint.json there.',
  ],
  [
    'ecs',
    { BLUEPRINT: blueprint, API_PORT: '4566x' },
    'API_PORT is "4566x", but a port is a whole number from 0 to 65535.',
  ],
  [
    'service-connect',
    { BLUEPRINT: blueprint },
    'The environment variable CLOUD_MAP_URL is missing: docker-compose.yml sets it.',
  ],
])('%s with %o ends with one sentence', async (role, environment, sentence) => {
  await expect(startRole(role, environment, () => {})).rejects.toThrow(sentence);
});
