import { targetGroupSettings } from '@switchyard/blueprint';
import { describe, expect, it } from 'vitest';
import { TargetGroupState } from '../../src/core/target-group-state.ts';
import { targetGroupOf } from '../nlb.ts';

describe('zones', () => {
  it('have flows for all their targets with cross-zone balancing off, too', () => {
    const blueprint = targetGroupOf({ group: { attributes: { 'load_balancing.cross_zone.enabled': 'false' } } });
    const group = new TargetGroupState(blueprint, targetGroupSettings(blueprint), {
      inUse: true,
      loadBalancerCrossZone: true,
    });
    const zones = { '10.0.0.1': 'us-east-1a', '10.0.1.1': 'us-east-1b', '10.0.1.2': 'us-east-1b' };
    for (const [address, availabilityZone] of Object.entries(zones)) {
      const target = { id: address, port: 80, address, availabilityZone };
      const registered = group.register(target)!;
      group.observe(registered.target, { kind: 'connected' });
    }
    const counts: Record<string, number> = {};
    for (let sourcePort = 32_768; sourcePort < 36_768; sourcePort += 1) {
      const flow = { sourceAddress: '10.0.9.9', sourcePort, destinationAddress: '10.0.9.1', destinationPort: 80 };
      const id = group.choose(flow)?.id ?? 'none';
      counts[id] = (counts[id] ?? 0) + 1;
    }
    // Half of the flows go to each zone: the target that is alone in its own gets as many as the other two together.
    const quarters = Object.entries(counts).map(([id, count]) => [id, Math.round(count / 1000)]);
    expect(Object.fromEntries(quarters)).toEqual({ '10.0.0.1': 2, '10.0.1.1': 1, '10.0.1.2': 1 });
  });
});
