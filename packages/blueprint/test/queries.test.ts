import { describe, expect, test } from 'vitest';
import { named, servicesBehind, subnetsOfService, zonesOfService } from '../src/queries.ts';
import { serviceBlueprint, targetGroup } from './resources/support.ts';

const LoadBalancers = [{ ContainerName: 'api', ContainerPort: 3000, TargetGroupArn: { Ref: 'Group' } }];
const blueprint = serviceBlueprint({ service: { LoadBalancers } }, { Group: targetGroup({ Name: 'apis' }) });

describe('a blueprint', () => {
  test('finds its things by name', () => {
    expect(named(blueprint, 'services', 'api').taskDefinition).toBe('api');
    expect(named(blueprint, 'targetGroups', 'apis').port).toBe(80);
  });

  test('says which names it has when one is unknown', () => {
    expect(() => named(blueprint, 'taskDefinitions', 'worker')).toThrow(
      'The blueprint has no "worker" among its task definitions; it has api.',
    );
    expect(() => named(blueprint, 'natGateways', 'a')).toThrow(
      'The blueprint has no "a" among its nat gateways; it has none.',
    );
  });

  test('knows the subnets and the zones of a service, and the services behind a target group', () => {
    const service = named(blueprint, 'services', 'api');
    expect(subnetsOfService(blueprint, service).map(({ cidrBlock }) => cidrBlock)).toEqual(['10.10.0.0/24']);
    expect(zonesOfService(blueprint, service)).toEqual(['us-east-1a']);
    expect(servicesBehind(blueprint, 'apis')).toEqual([service]);
    expect(servicesBehind(blueprint, 'other')).toEqual([]);
  });
});
