import { describe, expect, test } from 'vitest';
import { registerInstance } from '../../src/core/instances.ts';
import { createNamespace } from '../../src/core/namespaces.ts';
import { createService } from '../../src/core/services.ts';
import { addTags } from '../../src/core/tags.ts';
import { addTestService, at, registryWith } from './registry.ts';

const tags = (count: number, prefix = 'k'): Map<string, string> =>
  new Map(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, 'v']));

describe('a namespace', () => {
  test('takes at most two thousand instances in all its services', () => {
    const { state, service } = registryWith();
    const namespaceId = service.namespace.id;
    const services = [service, addTestService(state, namespaceId, { name: 'b' })];
    const third = addTestService(state, namespaceId, { name: 'c' });
    const add = (serviceId: string, instanceId: string): string =>
      registerInstance(state, at(0), { serviceId, instanceId, attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } });
    for (const { id } of services) for (let index = 0; index < 1000; index++) add(id, `i${index}`);
    expect(() => add(third.id, 'one too many')).toThrow(expect.objectContaining({ code: 'ResourceLimitExceeded' }));
    expect(() => add(service.id, 'i0')).not.toThrow();
  });

  test('is one of at most fifty', () => {
    const { state } = registryWith();
    const create = (name: string) => createNamespace(state, at(0), { name, type: 'HTTP', tags: new Map() });
    for (let index = 1; index < 50; index++) create(`n${index}`);
    expect(() => create('one too many')).toThrow(expect.objectContaining({ code: 'ResourceLimitExceeded' }));
    expect(state.namespaces.size).toBe(50);
  });
});

describe('a namespace or service', () => {
  const refused = expect.objectContaining({ code: 'TooManyTagsException' });

  test('has at most fifty tags from the start', () => {
    const { state, service } = registryWith();
    const namespace = (name: string, count: number) => () =>
      createNamespace(state, at(0), { name, type: 'HTTP', tags: tags(count) });
    expect(namespace('ok', 50)).not.toThrow();
    expect(namespace('not', 51)).toThrow(refused);
    expect([...state.namespaces.values()].map(({ name }) => name)).not.toContain('not');
    const input = { name: 'not', namespaceId: service.namespace.id, customHealthCheck: false, tags: tags(51) };
    expect(() => createService(state, at(0), { ...input, type: 'HTTP' })).toThrow(refused);
    expect(service.namespace.services.size).toBe(1);
  });

  test('keeps the tags it has when there would be more than fifty', () => {
    const { service } = registryWith();
    addTags(service.tags, tags(49), service.arn);
    addTags(service.tags, tags(49), service.arn);
    expect(() => addTags(service.tags, tags(2, 'other'), service.arn)).toThrow(refused);
    expect(service.tags.size).toBe(49);
  });
});
