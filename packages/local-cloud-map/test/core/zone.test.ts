import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deregisterInstance, registerInstance, updateCustomHealth } from '../../src/core/instances.ts';
import { answerFromZones, type QuestionType } from '../../src/core/zone.ts';
import { addTestService, at, registerAll, registryWith, type TestRegistry } from './registry.ts';

const ask = ({ state }: TestRegistry, name: string, type: QuestionType = 'A') =>
  answerFromZones(state, at(0), name, type);

const dataOf = (answer: ReturnType<typeof ask>) => answer?.answers.map(({ data }) => data);

describe('a service name', () => {
  test('exists while the service has instances', () => {
    const registry = registryWith();
    expect(ask(registry, 'svc.lab.test')?.rcode).toBe('NXDOMAIN');
    registerAll(registry, ['a']);
    expect(dataOf(ask(registry, 'svc.lab.test'))).toEqual(['10.0.0.1']);
    deregisterInstance(registry.state, at(0), registry.service.id, 'a');
    expect(ask(registry, 'svc.lab.test')?.rcode).toBe('NXDOMAIN');
  });

  test('is answered with healthy instances only, eight at most, each once', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), (health) => {
        const registry = registryWith({}, { customHealthDelayMs: 0 });
        registerAll(
          registry,
          health.map((_, index) => `i${index}`),
        );
        for (const [index, healthy] of health.entries()) {
          updateCustomHealth(registry.state, at(0), {
            serviceId: registry.service.id,
            instanceId: `i${index}`,
            healthy,
          });
        }
        const healthy = health.flatMap((isHealthy, index) => (isHealthy ? [`10.0.0.${index + 1}`] : []));
        const eligible = healthy.length > 0 ? healthy : health.map((_, index) => `10.0.0.${index + 1}`);
        const answers = dataOf(ask(registry, 'svc.lab.test')) ?? [];
        expect(answers).toHaveLength(Math.min(8, eligible.length));
        expect(new Set(answers).size).toBe(answers.length);
        expect(eligible).toEqual(expect.arrayContaining(answers));
      }),
    );
  });

  test('of a weighted service is answered with one instance, each as often as the others', () => {
    const registry = registryWith({ routingPolicy: 'WEIGHTED' });
    registerAll(registry, ['a', 'b', 'c', 'd']);
    const counts = new Map<unknown, number>();
    let chance = 0;
    for (let query = 0; query < 400; query++) {
      chance = (chance + 0.618_033_988_749) % 1;
      const [data, ...more] =
        dataOf(
          answerFromZones(
            registry.state,
            at(0, () => chance),
            'svc.lab.test',
            'A',
          ),
        ) ?? [];
      expect(more).toEqual([]);
      counts.set(data, (counts.get(data) ?? 0) + 1);
    }
    expect(counts.size).toBe(4);
    for (const count of counts.values()) expect(count).toSatisfy((times: number) => times >= 95 && times <= 105);
  });

  test('is found whatever the case, and echoed as asked', () => {
    const registry = registryWith({ name: 'Svc' });
    registerAll(registry, ['a']);
    expect(ask(registry, 'sVC.Lab.TEST')?.answers).toMatchObject([{ name: 'sVC.Lab.TEST', data: '10.0.0.1' }]);
  });

  test('in another zone, or that only ends like ours, is nobody here', () => {
    const registry = registryWith();
    for (const name of ['example.com', 'xlab.test', 'test', '']) expect(ask(registry, name)).toBeUndefined();
  });

  test('between a service and the zone exists without records', () => {
    const registry = registryWith({ name: '_http._tcp' });
    registerAll(registry, ['a']);
    expect(ask(registry, '_tcp.lab.test')).toMatchObject({
      rcode: 'NOERROR',
      answers: [],
      authorities: [{ type: 'SOA' }],
    });
  });
});

describe('an SRV record', () => {
  const records = [{ type: 'SRV', ttlSeconds: 7 }] as const;

  test('points to a name of the instance that has its address and the same TTL', () => {
    const registry = registryWith({ records });
    registerAll(registry, ['Task-1']);
    const target = 'task-1.svc.lab.test';
    expect(ask(registry, 'svc.lab.test', 'SRV')?.answers).toEqual([
      { name: 'svc.lab.test', type: 'SRV', ttlSeconds: 7, data: { priority: 1, weight: 1, port: 3000, target } },
    ]);
    expect(ask(registry, target)?.answers).toEqual([{ name: target, type: 'A', ttlSeconds: 7, data: '10.0.0.1' }]);
    expect(ask(registry, `x.${target}`)?.rcode).toBe('NXDOMAIN');
  });

  test('is the only thing that gives instances names', () => {
    const registry = registryWith();
    registerAll(registry, ['task-1']);
    expect(ask(registry, 'task-1.svc.lab.test')?.rcode).toBe('NXDOMAIN');
  });

  test('leaves the service name without addresses of its own', () => {
    const registry = registryWith({ records });
    registerAll(registry, ['task-1']);
    expect(ask(registry, 'svc.lab.test', 'A')).toMatchObject({ rcode: 'NOERROR', answers: [] });
  });
});

describe('a CNAME record', () => {
  const records = [{ type: 'CNAME', ttlSeconds: 5 }] as const;
  const withCname = (target: string) => {
    const registry = registryWith({ records, name: 'alias' });
    const attributes = { AWS_INSTANCE_CNAME: target };
    registerInstance(registry.state, at(0), { serviceId: registry.service.id, instanceId: 'c', attributes });
    return registry;
  };

  test('is followed within the zones', () => {
    const registry = withCname('svc.lab.test.');
    const service = addTestService(registry.state, registry.service.namespace.id, {});
    registerAll({ ...registry, service }, ['a']);
    expect(ask(registry, 'alias.lab.test')?.answers).toMatchObject([
      { name: 'alias.lab.test', type: 'CNAME', data: 'svc.lab.test' },
      { name: 'svc.lab.test', type: 'A', data: '10.0.0.1' },
    ]);
  });

  test('that points to itself is followed a limited number of times', () => {
    const answer = ask(withCname('alias.lab.test'), 'alias.lab.test');
    expect(answer?.answers.length).toBeLessThanOrEqual(9);
  });

  test('that leads out of the zones stands alone', () => {
    expect(dataOf(ask(withCname('example.com'), 'alias.lab.test'))).toEqual(['example.com']);
  });
});
