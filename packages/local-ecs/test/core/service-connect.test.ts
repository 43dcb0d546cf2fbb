import { expect, test } from 'vitest';
import { endpointsOf } from '../../src/core/service-connect.ts';
import { blueprintOf } from '../blueprint.ts';

const { services } = blueprintOf([{ name: 'web', connect: true }, { name: 'api', connect: true }, { name: 'other' }]);

test('a client knows every alias of its namespace, by name', () => {
  expect(endpointsOf('mesh', services)).toEqual(
    ['api', 'web'].map((name) => ({
      namespace: 'mesh',
      discoveryName: name,
      dnsName: `${name}.mesh`,
      port: 3000,
      appProtocol: 'http',
    })),
  );
});

test('a service outside of any namespace knows none, nor does one of another namespace', () => {
  expect(endpointsOf(undefined, services)).toEqual([]);
  expect(endpointsOf('elsewhere', services)).toEqual([]);
});

test('without an alias the name is the discovery name in its namespace', () => {
  const offered = { containerPort: 9000, appProtocol: 'tcp' as const, discoveryName: 'db', clientAliases: [] };
  const timeout = { idleTimeoutSeconds: 0 };
  expect(endpointsOf('mesh', [{ serviceConnect: { namespace: 'mesh', services: [{ ...offered, timeout }] } }])).toEqual(
    [{ namespace: 'mesh', discoveryName: 'db', dnsName: 'db.mesh', port: 9000, appProtocol: 'tcp', timeout }],
  );
});
