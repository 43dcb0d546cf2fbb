import { Resolver as CallbackResolver } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import {
  DiscoverInstancesCommand,
  RegisterInstanceCommand,
  ServiceDiscoveryClient,
  UpdateInstanceCustomHealthStatusCommand,
} from '@aws-sdk/client-servicediscovery';
import { describe, expect, test } from 'vitest';
import { addresses, api, startTestLab, weighted, worker, type TestLab } from './lab.ts';

const register = async (lab: TestLab, serviceId: string, id: string, attributes: Record<string, string>) =>
  await lab.client.send(new RegisterInstanceCommand({ ServiceId: serviceId, InstanceId: id, Attributes: attributes }));

const setHealth = async (lab: TestLab, serviceId: string, id: string, status: 'HEALTHY' | 'UNHEALTHY') =>
  await lab.client.send(
    new UpdateInstanceCustomHealthStatusCommand({ ServiceId: serviceId, InstanceId: id, Status: status }),
  );

function resolverFor(lab: TestLab): Resolver {
  const resolver = new Resolver({ timeout: 10_000, tries: 1 });
  resolver.setServers([`${lab.dns.host}:${lab.dns.port}`]);
  return resolver;
}

describe('node:dns', () => {
  test('resolves A records with their TTL', async () => {
    await using lab = await startTestLab();
    await register(lab, api.id, 'a', { AWS_INSTANCE_IPV4: '127.10.0.1' });
    const answer = await resolverFor(lab).resolve4('api.switchyard.internal', { ttl: true });
    expect(answer).toEqual([{ address: '127.10.0.1', ttl: 10 }]);
  });

  test('resolves SRV records and the names they point to', async () => {
    await using lab = await startTestLab();
    await register(lab, worker.id, 'task1', { AWS_INSTANCE_IPV4: '127.10.0.7', AWS_INSTANCE_PORT: '3000' });
    const resolver = resolverFor(lab);
    const name = 'task1.worker.switchyard.internal';
    expect(await resolver.resolveSrv('worker.switchyard.internal')).toMatchObject([
      { name, port: 3000, priority: 1, weight: 1 },
    ]);
    expect(await resolver.resolve4(name)).toEqual(['127.10.0.7']);
  });

  test('gets at most eight answers, of the healthy instances, and not always the same', async () => {
    await using lab = await startTestLab();
    const all = addresses(20);
    for (const [index, address] of all.entries())
      await register(lab, api.id, `i${index}`, { AWS_INSTANCE_IPV4: address });
    await setHealth(lab, api.id, 'i0', 'UNHEALTHY');
    const seen = new Set<string>();
    for (let query = 0; query < 40; query++) {
      const answer = await resolverFor(lab).resolve4('api.switchyard.internal');
      expect(answer).toHaveLength(8);
      for (const address of answer) seen.add(address);
    }
    expect(seen).toEqual(new Set(all.slice(1)));
  });

  test('gets unhealthy instances rather than nothing', async () => {
    await using lab = await startTestLab();
    await register(lab, api.id, 'a', { AWS_INSTANCE_IPV4: '127.10.0.1', AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
    expect(await resolverFor(lab).resolve4('api.switchyard.internal')).toEqual(['127.10.0.1']);
  });

  test('gets one answer of a weighted service', async () => {
    await using lab = await startTestLab();
    for (const [index, address] of addresses(3).entries()) {
      await register(lab, weighted.id, `i${index}`, { AWS_INSTANCE_IPV4: address });
    }
    expect(await resolverFor(lab).resolve4('weighted.switchyard.internal')).toHaveLength(1);
  });

  test('is told which names do not exist and which have no such record', async () => {
    await using lab = await startTestLab();
    const resolver = resolverFor(lab);
    await expect(resolver.resolve4('api.switchyard.internal')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await register(lab, api.id, 'a', { AWS_INSTANCE_IPV4: '127.10.0.1' });
    await expect(resolver.resolve6('api.switchyard.internal')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolveSrv('api.switchyard.internal')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolve4('none.switchyard.internal')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('gets many SRV answers by TCP when they do not fit a datagram', async () => {
    await using lab = await startTestLab();
    for (const [index, address] of addresses(9).entries()) {
      const id = `${index}`.padEnd(60, 'x');
      await register(lab, worker.id, id, { AWS_INSTANCE_IPV4: address, AWS_INSTANCE_PORT: '3000' });
    }
    expect(await resolverFor(lab).resolveSrv('worker.switchyard.internal')).toHaveLength(8);
  });

  test('resolves static names and is refused all others', async () => {
    const records = { 'servicediscovery.us-east-1.amazonaws.com': '127.0.0.1' };
    await using lab = await startTestLab({ dns: { host: '127.0.0.1', port: 0, records } });
    const resolver = resolverFor(lab);
    expect(await resolver.resolve4('ServiceDiscovery.us-east-1.amazonaws.com')).toEqual(['127.0.0.1']);
    await expect(resolver.resolve4('example.com')).rejects.toMatchObject({ code: 'EREFUSED' });
  });

  test('resolves names that another resolver knows, by UDP and by TCP', async () => {
    const records = { 'outside.test': '192.0.2.7' };
    await using upstream = await startTestLab({ dns: { host: '127.0.0.1', port: 0, records } });
    const forwardTo = upstream.dns;
    await using lab = await startTestLab({ dns: { host: '127.0.0.1', port: 0, forwardTo } });
    expect(await resolverFor(lab).resolve4('outside.test')).toEqual(['192.0.2.7']);
    await expect(resolverFor(lab).resolve4('example.com')).rejects.toMatchObject({ code: 'EREFUSED' });
  });
});

describe('a client that knows nothing of the lab', () => {
  test('reaches the API by the names of the AWS endpoints, with the prefix that the SDK puts before one of them', async () => {
    const records = {
      'servicediscovery.us-east-1.amazonaws.com': '127.0.0.1',
      'data-servicediscovery.us-east-1.amazonaws.com': '127.0.0.1',
    };
    await using lab = await startTestLab({ dns: { host: '127.0.0.1', port: 0, records } });
    const resolver = new CallbackResolver();
    resolver.setServers([`${lab.dns.host}:${lab.dns.port}`]);
    const asked: string[] = [];
    const lookup: LookupFunction = (name, _options, done) => {
      asked.push(name);
      resolver.resolve4(name, (error, found) => {
        done(
          error,
          (found ?? []).map((address) => ({ address, family: 4 })),
        );
      });
    };
    const client = new ServiceDiscoveryClient({
      endpoint: `http://servicediscovery.us-east-1.amazonaws.com:${new URL(lab.endpointUrl).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
      requestHandler: { httpAgent: new Agent({ lookup }) },
    });
    const Attributes = { AWS_INSTANCE_IPV4: '127.10.0.1' };
    await client.send(new RegisterInstanceCommand({ ServiceId: api.id, InstanceId: 'a', Attributes }));
    const discover = new DiscoverInstancesCommand({ NamespaceName: 'switchyard.internal', ServiceName: 'api' });
    expect((await client.send(discover)).Instances).toMatchObject([{ InstanceId: 'a', Attributes }]);
    expect(asked).toEqual(Object.keys(records));
    client.destroy();
  });
});
