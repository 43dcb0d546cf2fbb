import { describe, expect, test } from 'vitest';
import { deregisterInstance, registerInstance, updateCustomHealth } from '../../src/core/instances.ts';
import { createNamespace } from '../../src/core/namespaces.ts';
import { advance, nextDueMs, operationOf, statusOf } from '../../src/core/operations.ts';
import { deleteService } from '../../src/core/services.ts';
import { at, registerAll, registryWith } from './registry.ts';

describe('an operation that takes time', () => {
  const start = () => {
    const registry = registryWith({}, { operationDelayMs: 100 });
    const { state, service } = registry;
    const input = { serviceId: service.id, instanceId: 'a', attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } };
    const id = registerInstance(state, at(1000), { ...input, creatorRequestId: 'r1' });
    return { ...registry, input, id };
  };

  test('is SUBMITTED, then PENDING, then SUCCESS, when its effect shows', () => {
    const { state, service, id } = start();
    const seen = [1000, 1049, 1050, 1099, 1100].map((nowMs) => {
      advance(state, nowMs);
      return [statusOf(operationOf(state, id), nowMs), service.instances.has('a')];
    });
    expect(seen).toEqual([
      ['SUBMITTED', false],
      ['SUBMITTED', false],
      ['PENDING', false],
      ['PENDING', false],
      ['SUCCESS', true],
    ]);
  });

  test('says when it is due', () => {
    const { state } = start();
    advance(state, 1000);
    expect(nextDueMs(state)).toBe(1100);
    advance(state, 1100);
    expect(nextDueMs(state)).toBeUndefined();
  });

  test('keeps others from the same instance, but not from another', () => {
    const { state, service, input, id } = start();
    const duplicate = expect.objectContaining({ code: 'DuplicateRequest', members: { DuplicateOperationId: id } });
    expect(() => registerInstance(state, at(1010), { ...input, creatorRequestId: 'r2' })).toThrow(duplicate);
    expect(() => deregisterInstance(state, at(1010), service.id, 'a')).toThrow(duplicate);
    expect(registerInstance(state, at(1010), { ...input, instanceId: 'b' })).not.toBe(id);
  });

  test('is answered with its own id when the same request comes again', () => {
    const { state, input, id } = start();
    expect(registerInstance(state, at(1010), { ...input, creatorRequestId: 'r1' })).toBe(id);
  });
});

describe('a name of a namespace', () => {
  test('is taken while its creation is under way', () => {
    const { state } = registryWith({}, { operationDelayMs: 100 });
    const input = { name: 'twice', type: 'HTTP', tags: new Map<string, string>() } as const;
    createNamespace(state, at(0), input);
    expect(() => createNamespace(state, at(1), input)).toThrow(
      expect.objectContaining({ code: 'NamespaceAlreadyExists' }),
    );
  });
});

describe('custom health', () => {
  const start = () => {
    const registry = registryWith();
    registerAll(registry, ['a']);
    const { state, service, events } = registry;
    events.length = 0;
    const set = (nowMs: number, healthy: boolean) => {
      advance(state, nowMs);
      updateCustomHealth(state, at(nowMs), { serviceId: service.id, instanceId: 'a', healthy });
    };
    const isHealthy = (nowMs: number) => {
      advance(state, nowMs);
      return service.instances.get('a')?.healthy;
    };
    return { ...registry, set, isHealthy };
  };

  test('changes thirty seconds after it is set, counted from the first time', () => {
    const { set, isHealthy } = start();
    set(0, false);
    set(20_000, false);
    expect([isHealthy(29_999), isHealthy(30_000)]).toEqual([true, false]);
  });

  test('does not change when it is set back in time', () => {
    const { state, set, isHealthy, events } = start();
    set(0, false);
    set(10_000, true);
    expect(nextDueMs(state)).toBeUndefined();
    expect(isHealthy(60_000)).toBe(true);
    expect(events).toEqual([]);
  });

  test('of an instance that is gone changes nothing and is not announced', () => {
    const { state, service, set, events } = start();
    set(0, false);
    deregisterInstance(state, at(1), service.id, 'a');
    advance(state, 60_000);
    expect(events).toMatchObject([{ kind: 'deregistered' }]);
  });

  test('of an instance that is registered anew starts afresh', () => {
    const registry = start();
    registry.set(0, false);
    registerAll(registry, ['a']);
    expect(registry.isHealthy(60_000)).toBe(true);
  });
});

describe('a service with instances', () => {
  test('cannot be deleted', () => {
    const registry = registryWith();
    registerAll(registry, ['a']);
    expect(() => deleteService(registry.state, registry.service.id)).toThrow(
      expect.objectContaining({ code: 'ResourceInUse' }),
    );
  });

  test('takes at most a thousand', () => {
    const registry = registryWith();
    registerAll(
      registry,
      Array.from({ length: 250 }, (_, index) => `i${index}`),
    );
    const { state, service } = registry;
    const add = (instanceId: string) =>
      registerInstance(state, at(0), {
        serviceId: service.id,
        instanceId,
        attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' },
      });
    for (let index = 250; index < 1000; index++) add(`i${index}`);
    expect(() => add('one too many')).toThrow(expect.objectContaining({ code: 'ResourceLimitExceeded' }));
    expect(() => add('i0')).not.toThrow();
  });
});
