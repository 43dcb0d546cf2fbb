import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerInstancesOf, dynamicPort, wantedHostPorts } from '../../src/core/container-instance.ts';
import { chooseInstance } from '../../src/core/instance-placement.ts';
import { classicGroup, targetRefsOf } from '../../src/core/target-refs.ts';
import { onInstances } from '../instances.ts';

const digits = (count: number): string => 'f'.repeat(count);
const instances = containerInstancesOf(onInstances([]), 10, digits);

describe('container instances', () => {
  it('are as many as their group desires, over its zones, with the last addresses of the subnets', () => {
    expect(instances).toMatchObject([
      { zone: 'us-east-1a', address: '127.10.2.254', vpcAddress: '10.10.2.254', ec2InstanceId: `i-${digits(17)}` },
      { zone: 'us-east-1b', address: '127.10.3.254', capacityProvider: 'ec2', cluster: 'test' },
      { zone: 'us-east-1a', address: '127.10.2.253' },
    ]);
  });

  it('give a free port of the dynamic range, until none is left', () => {
    const taken = fc.uniqueArray(fc.integer({ min: 32_768, max: 60_999 }), { maxLength: 200 });
    fc.assert(
      fc.property(taken, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (ports, random) => {
        const port = dynamicPort(new Set(ports), random) ?? 0;
        expect(port >= 32_768 && port <= 60_999).toBe(true);
        expect(ports).not.toContain(port);
      }),
    );
    const all = new Set(Array.from({ length: 28_232 }, (_, index) => 32_768 + index));
    expect(dynamicPort(all, 0.5)).toBeUndefined();
  });

  it('need the ports that a task definition fixes, in host mode all of them', () => {
    const [bridge] = onInstances([{ name: 'b', networkMode: 'bridge', hostPort: 0 }]).taskDefinitions;
    const [host] = onInstances([{ name: 'h', networkMode: 'host' }]).taskDefinitions;
    expect(wantedHostPorts(bridge!)).toEqual(new Map([[3000, 0]]));
    expect(wantedHostPorts(host!)).toEqual(new Map([[3000, 3000]]));
  });
});

describe('choosing an instance', () => {
  const view = (index: number, ownTasks: number, takenPorts: number[] = []) => ({
    instance: { ...instances[index]!, id: `instance-${index}` },
    ownTasks,
    takenPorts: new Set(takenPorts),
  });
  const free = { fixedPorts: [], distinctInstance: false };

  it('takes the zone with the fewest tasks, then the instance with the fewest', () => {
    expect(chooseInstance([view(0, 1), view(1, 1), view(2, 0)], free)).toMatchObject({
      instance: instances[1] && { id: 'instance-2' },
    });
    expect(chooseInstance([view(0, 1), view(1, 2), view(2, 1)], free)).toMatchObject({
      instance: { id: 'instance-0' },
    });
    expect(chooseInstance([view(0, 1), view(1, 0)], free)).toMatchObject({ instance: { id: 'instance-1' } });
  });

  it('passes over an instance whose port is taken, and says in ECS’s words when all are', () => {
    const wanted = { fixedPorts: [3000], distinctInstance: false };
    expect(chooseInstance([view(0, 0, [3000]), view(1, 1)], wanted)).toMatchObject({ instance: { id: 'instance-1' } });
    expect(chooseInstance([view(0, 0, [3000])], wanted)).toEqual({
      refusal:
        'no container instance met all of its requirements. The closest matching (container-instance instance-0) is already using a port required by your task. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
    });
  });

  it('says that there is no instance, or none without a task of the service where each needs its own', () => {
    expect(chooseInstance([], free)).toMatchObject({
      refusal: expect.stringContaining('No Container Instances were found'),
    });
    expect(chooseInstance([view(0, 1)], { fixedPorts: [], distinctInstance: true })).toMatchObject({
      refusal: expect.stringContaining('distinctInstance'),
    });
  });
});

describe('what a task is registered as', () => {
  const service = {
    loadBalancers: [{ targetGroup: 'g', containerName: 'c', containerPort: 3000 }],
    classicLoadBalancers: [{ loadBalancer: 'old', containerName: 'c', containerPort: 3000 }],
  };

  it('is its instance with the instance’s port, and for a Classic Load Balancer the instance', () => {
    const task = { address: '127.10.2.254', instance: instances[0]!, hostPorts: { 3000: 40_000 } };
    const id = instances[0]!.ec2InstanceId;
    expect(targetRefsOf(task, service, [{ name: 'g', targetType: 'instance' }])).toEqual([
      { group: 'g', containerPort: 3000, id, port: 40_000, key: `${id}:40000` },
      { group: classicGroup('old'), containerPort: 3000, id, port: undefined, key: id },
    ]);
  });

  it('is its own address and port where targets are addresses', () => {
    const [ref] = targetRefsOf({ address: '127.10.2.4' }, service, [{ name: 'g', targetType: 'ip' }]);
    expect(ref).toMatchObject({ id: '127.10.2.4', port: 3000, key: '127.10.2.4:3000' });
  });
});
