import { expect, test } from 'vitest';

import { loadBlueprint } from '../../src/blueprint/load-blueprint.ts';

test('a switch of the CDK app gives another blueprint, which is cached apart from the one without', async () => {
  const environment = { PATH: process.env['PATH'] };
  const plain = await loadBlueprint({ environment });
  const switched = await loadBlueprint({ environment, context: { networkModes: 'true' } });
  const again = await loadBlueprint({ environment });
  expect(switched.services.map(({ name }) => name)).toEqual(expect.arrayContaining(['worker-bridge', 'worker-host']));
  expect(switched.warnings).toEqual([]);
  expect(again).toEqual(plain);
  expect(plain).not.toHaveProperty('classicLoadBalancers');
}, 60_000);
