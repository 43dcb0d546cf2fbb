import {
  CreateHttpNamespaceCommand,
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand,
  DeleteNamespaceCommand,
  DeleteServiceAttributesCommand,
  DeleteServiceCommand,
  DeregisterInstanceCommand,
  DiscoverInstancesCommand,
  DiscoverInstancesRevisionCommand,
  GetInstanceCommand,
  GetInstancesHealthStatusCommand,
  GetNamespaceCommand,
  GetOperationCommand,
  GetServiceAttributesCommand,
  GetServiceCommand,
  ListInstancesCommand,
  ListNamespacesCommand,
  ListOperationsCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  RegisterInstanceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateHttpNamespaceCommand,
  UpdateInstanceCustomHealthStatusCommand,
  UpdatePrivateDnsNamespaceCommand,
  UpdateServiceAttributesCommand,
  UpdateServiceCommand,
  type ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { describe, expect, test, vi } from 'vitest';
import { api, dnsNamespace, httpNamespace, startTestLab, unchecked, worker } from './lab.ts';

const register = async (
  client: ServiceDiscoveryClient,
  serviceId: string,
  instanceId: string,
  attributes: Record<string, string> = { AWS_INSTANCE_IPV4: '127.10.0.1' },
) =>
  await client.send(
    new RegisterInstanceCommand({ ServiceId: serviceId, InstanceId: instanceId, Attributes: attributes }),
  );

const setHealth = async (client: ServiceDiscoveryClient, id: string, status: 'HEALTHY' | 'UNHEALTHY') =>
  await client.send(new UpdateInstanceCustomHealthStatusCommand({ ServiceId: api.id, InstanceId: id, Status: status }));

const discover = async (client: ServiceDiscoveryClient, more: object = {}, serviceName = 'api') =>
  await client.send(
    new DiscoverInstancesCommand({ NamespaceName: 'switchyard.internal', ServiceName: serviceName, ...more }),
  );

const idsOf = (output: Awaited<ReturnType<typeof discover>>) =>
  (output.Instances ?? []).map(({ InstanceId = '' }) => InstanceId).toSorted();

/** The clock stands still until it is told otherwise; timers go on. */
function startTime(): Disposable & { advance(ms: number): void } {
  vi.useFakeTimers({ toFake: ['Date'] });
  return {
    advance: (ms) => void vi.setSystemTime(Date.now() + ms),
    [Symbol.dispose]: () => void vi.useRealTimers(),
  };
}

describe('DiscoverInstances', () => {
  test('tells of a registered instance with its attributes until it is deregistered', async () => {
    await using lab = await startTestLab();
    const attributes = { AWS_INSTANCE_IPV4: '127.10.0.1', AVAILABILITY_ZONE: 'us-east-1a' };
    await register(lab.client, api.id, 'task-1', attributes);
    expect((await discover(lab.client)).Instances).toEqual([
      {
        InstanceId: 'task-1',
        NamespaceName: 'switchyard.internal',
        ServiceName: 'api',
        HealthStatus: 'HEALTHY',
        Attributes: attributes,
      },
    ]);
    await lab.client.send(new DeregisterInstanceCommand({ ServiceId: api.id, InstanceId: 'task-1' }));
    expect((await discover(lab.client)).Instances).toEqual([]);
  });

  test('answers with healthy instances unless asked for others', async () => {
    await using lab = await startTestLab();
    await register(lab.client, api.id, 'well');
    await register(lab.client, api.id, 'ill', { AWS_INSTANCE_IPV4: '127.10.0.2', AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
    expect(idsOf(await discover(lab.client))).toEqual(['well']);
    expect(idsOf(await discover(lab.client, { HealthStatus: 'UNHEALTHY' }))).toEqual(['ill']);
    expect(idsOf(await discover(lab.client, { HealthStatus: 'ALL' }))).toEqual(['ill', 'well']);
    expect(idsOf(await discover(lab.client, { HealthStatus: 'HEALTHY_OR_ELSE_ALL' }))).toEqual(['well']);
    await setHealth(lab.client, 'well', 'UNHEALTHY');
    expect(idsOf(await discover(lab.client))).toEqual([]);
    expect(idsOf(await discover(lab.client, { HealthStatus: 'HEALTHY_OR_ELSE_ALL' }))).toEqual(['ill', 'well']);
  });

  test('ignores the health filter for a service without a health check, and says UNKNOWN', async () => {
    await using lab = await startTestLab();
    await register(lab.client, unchecked.id, 'task-1');
    const output = await discover(lab.client, { HealthStatus: 'UNHEALTHY' }, 'unchecked');
    expect(output.Instances).toMatchObject([{ InstanceId: 'task-1', HealthStatus: 'UNKNOWN' }]);
  });

  test('applies query parameters always and optional parameters only when something is left', async () => {
    await using lab = await startTestLab();
    await register(lab.client, api.id, 'a', { AWS_INSTANCE_IPV4: '127.10.0.1', zone: 'a', stage: 'x' });
    await register(lab.client, api.id, 'b', { AWS_INSTANCE_IPV4: '127.10.0.2', zone: 'b', stage: 'x' });
    expect(idsOf(await discover(lab.client, { QueryParameters: { zone: 'a' } }))).toEqual(['a']);
    expect(idsOf(await discover(lab.client, { QueryParameters: { zone: 'c' } }))).toEqual([]);
    expect(idsOf(await discover(lab.client, { OptionalParameters: { zone: 'b' } }))).toEqual(['b']);
    const optional = { QueryParameters: { stage: 'x' }, OptionalParameters: { zone: 'c' } };
    expect(idsOf(await discover(lab.client, optional))).toEqual(['a', 'b']);
  });

  test('answers with at most MaxResults instances', async () => {
    await using lab = await startTestLab();
    for (const id of ['a', 'b', 'c']) await register(lab.client, api.id, id);
    expect((await discover(lab.client, { MaxResults: 2 })).Instances).toHaveLength(2);
  });

  test('has a revision that grows with the instances but not with their health', async () => {
    await using lab = await startTestLab();
    const revision = async () =>
      (
        await lab.client.send(
          new DiscoverInstancesRevisionCommand({ NamespaceName: 'switchyard.internal', ServiceName: 'api' }),
        )
      ).InstancesRevision ?? 0;
    const before = await revision();
    await register(lab.client, api.id, 'a');
    const after = await revision();
    expect(after).toBeGreaterThan(before);
    await setHealth(lab.client, 'a', 'UNHEALTHY');
    expect(await revision()).toBe(after);
    expect((await discover(lab.client)).InstancesRevision).toBe(after);
    await lab.client.send(new DeregisterInstanceCommand({ ServiceId: api.id, InstanceId: 'a' }));
    expect(await revision()).toBeGreaterThan(after);
  });
});

describe('custom health', () => {
  test('shows after the delay', async () => {
    using time = startTime();
    await using lab = await startTestLab({ customHealthDelayMs: 30_000 });
    await register(lab.client, api.id, 'a');
    await setHealth(lab.client, 'a', 'UNHEALTHY');
    time.advance(29_999);
    expect(idsOf(await discover(lab.client))).toEqual(['a']);
    time.advance(1);
    expect(idsOf(await discover(lab.client))).toEqual([]);
  });

  test('is announced when it changes, though nobody asks', async () => {
    await using lab = await startTestLab({ customHealthDelayMs: 20 });
    await register(lab.client, api.id, 'a');
    await setHealth(lab.client, 'a', 'UNHEALTHY');
    await vi.waitFor(() =>
      expect(lab.events).toContainEqual({
        kind: 'health-changed',
        service: 'api.switchyard.internal',
        instanceId: 'a',
        from: 'HEALTHY',
        to: 'UNHEALTHY',
      }),
    );
  });

  test('can be read per instance', async () => {
    await using lab = await startTestLab();
    await register(lab.client, api.id, 'a');
    await register(lab.client, api.id, 'b');
    await setHealth(lab.client, 'b', 'UNHEALTHY');
    const all = await lab.client.send(new GetInstancesHealthStatusCommand({ ServiceId: api.id }));
    expect(all.Status).toEqual({ a: 'HEALTHY', b: 'UNHEALTHY' });
    const one = await lab.client.send(new GetInstancesHealthStatusCommand({ ServiceId: api.id, Instances: ['b'] }));
    expect(one.Status).toEqual({ b: 'UNHEALTHY' });
  });
});

describe('operations', () => {
  test('go from SUBMITTED over PENDING to SUCCESS, and take effect at the end', async () => {
    using time = startTime();
    await using lab = await startTestLab({ operationDelayMs: 1000 });
    const { OperationId } = await register(lab.client, api.id, 'a');
    const operation = async () => (await lab.client.send(new GetOperationCommand({ OperationId }))).Operation;
    expect(await operation()).toMatchObject({
      Status: 'SUBMITTED',
      Type: 'REGISTER_INSTANCE',
      Targets: { INSTANCE: 'a', SERVICE: api.id, NAMESPACE: dnsNamespace.id },
    });
    time.advance(999);
    expect(await operation()).toMatchObject({ Status: 'PENDING' });
    expect((await discover(lab.client)).Instances).toEqual([]);
    time.advance(1);
    expect(await operation()).toMatchObject({ Status: 'SUCCESS' });
    expect(idsOf(await discover(lab.client))).toEqual(['a']);
  });

  test('on the same instance come one after the other', async () => {
    await using lab = await startTestLab({ operationDelayMs: 10_000 });
    const { OperationId } = await register(lab.client, api.id, 'a');
    await expect(register(lab.client, api.id, 'a')).rejects.toMatchObject({
      name: 'DuplicateRequest',
      DuplicateOperationId: OperationId,
    });
  });

  test('can be listed by what they change', async () => {
    await using lab = await startTestLab();
    const { OperationId } = await register(lab.client, api.id, 'a');
    await register(lab.client, worker.id, 'w', { AWS_INSTANCE_IPV4: '127.10.0.9', AWS_INSTANCE_PORT: '3000' });
    const Filters = [
      { Name: 'SERVICE_ID' as const, Values: [api.id] },
      { Name: 'STATUS' as const, Values: ['SUCCESS', 'PENDING'], Condition: 'IN' as const },
    ];
    const { Operations } = await lab.client.send(new ListOperationsCommand({ Filters }));
    expect(Operations).toEqual([{ Id: OperationId, Status: 'SUCCESS' }]);
  });
});

describe('instances', () => {
  test('are replaced by a registration with the same id', async () => {
    await using lab = await startTestLab();
    await register(lab.client, api.id, 'a');
    await register(lab.client, api.id, 'a', { AWS_INSTANCE_IPV4: '127.10.0.2' });
    const { Instance } = await lab.client.send(new GetInstanceCommand({ ServiceId: api.id, InstanceId: 'a' }));
    expect(Instance).toMatchObject({ Id: 'a', Attributes: { AWS_INSTANCE_IPV4: '127.10.0.2' } });
    expect((await lab.client.send(new ListInstancesCommand({ ServiceId: api.id }))).Instances).toHaveLength(1);
  });

  test('are listed in pages', async () => {
    await using lab = await startTestLab();
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const id of ids) await register(lab.client, api.id, id);
    const seen: unknown[] = [];
    let NextToken: string | undefined;
    do {
      const page = await lab.client.send(new ListInstancesCommand({ ServiceId: api.id, MaxResults: 2, NextToken }));
      seen.push(...(page.Instances ?? []).map(({ Id }) => Id));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    expect(seen).toEqual(ids);
  });

  test('are listed by the hundred unless fewer are asked for', async () => {
    await using lab = await startTestLab();
    await Promise.all(Array.from({ length: 101 }, async (_, index) => await register(lab.client, api.id, `i${index}`)));
    const list = async (MaxResults?: number) =>
      await lab.client.send(new ListInstancesCommand({ ServiceId: api.id, MaxResults }));
    const page = await list();
    expect(page.Instances).toHaveLength(100);
    expect(page.NextToken).toEqual(expect.any(String));
    expect((await list(100)).Instances).toHaveLength(100);
    await expect(list(101)).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  test('are announced when they come and go', async () => {
    await using lab = await startTestLab();
    await register(lab.client, api.id, 'a');
    await lab.client.send(new DeregisterInstanceCommand({ ServiceId: api.id, InstanceId: 'a' }));
    const service = 'api.switchyard.internal';
    expect(lab.events).toEqual([
      { kind: 'registered', service, instanceId: 'a', attributes: { AWS_INSTANCE_IPV4: '127.10.0.1' } },
      { kind: 'deregistered', service, instanceId: 'a' },
    ]);
  });
});

describe('namespaces and services', () => {
  test('of the blueprint have their ids, types and properties', async () => {
    await using lab = await startTestLab();
    const { Namespace } = await lab.client.send(new GetNamespaceCommand({ Id: dnsNamespace.id }));
    expect(Namespace).toMatchObject({
      Id: dnsNamespace.id,
      Arn: dnsNamespace.arn,
      Name: 'switchyard.internal',
      Type: 'DNS_PRIVATE',
      ServiceCount: 4,
      CreateDate: expect.any(Date),
      Properties: {
        DnsProperties: { HostedZoneId: dnsNamespace.hostedZoneId, SOA: { TTL: 15 } },
        HttpProperties: { HttpName: 'switchyard.internal' },
      },
    });
    const { Service } = await lab.client.send(new GetServiceCommand({ Id: worker.arn }));
    expect(Service).toMatchObject({
      Id: worker.id,
      Name: 'worker',
      NamespaceId: dnsNamespace.id,
      Type: 'DNS_HTTP',
      InstanceCount: 0,
      DnsConfig: { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'SRV', TTL: 10 }] },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    });
  });

  test('can be created, found, changed and deleted', async () => {
    await using lab = await startTestLab();
    await lab.client.send(new CreateHttpNamespaceCommand({ Name: 'other', Tags: [{ Key: 'k', Value: 'v' }] }));
    const Filters = [{ Name: 'HTTP_NAME' as const, Values: ['oth'], Condition: 'BEGINS_WITH' as const }];
    const { Namespaces } = await lab.client.send(new ListNamespacesCommand({ Filters }));
    const [namespace] = Namespaces!;
    expect(namespace).toMatchObject({ Name: 'other', Type: 'HTTP' });
    await lab.client.send(new UpdateHttpNamespaceCommand({ Id: namespace!.Id, Namespace: { Description: 'new' } }));
    const { Service } = await lab.client.send(
      new CreateServiceCommand({ Name: 'svc', NamespaceId: namespace!.Id, Description: 'd' }),
    );
    expect(Service).toMatchObject({ Name: 'svc', Type: 'HTTP', NamespaceId: namespace!.Id });
    await expect(lab.client.send(new DeleteNamespaceCommand({ Id: namespace!.Id }))).rejects.toMatchObject({
      name: 'ResourceInUse',
    });
    const services = await lab.client.send(
      new ListServicesCommand({ Filters: [{ Name: 'NAMESPACE_ID', Values: [namespace!.Id!] }] }),
    );
    expect(services.Services).toMatchObject([{ Id: Service!.Id }]);
    await lab.client.send(new DeleteServiceCommand({ Id: Service!.Id }));
    expect((await lab.client.send(new GetNamespaceCommand({ Id: namespace!.Id }))).Namespace).toMatchObject({
      Description: 'new',
      ServiceCount: 0,
    });
    await lab.client.send(new DeleteNamespaceCommand({ Id: namespace!.Id }));
    await expect(lab.client.send(new GetNamespaceCommand({ Id: namespace!.Id }))).rejects.toMatchObject({
      name: 'NamespaceNotFound',
    });
  });

  test('made for Service Connect in a DNS namespace are found by the API only', async () => {
    await using lab = await startTestLab();
    const { Service } = await lab.client.send(
      new CreateServiceCommand({ Name: 'sc', NamespaceId: dnsNamespace.id, Type: 'HTTP' }),
    );
    expect(Service).toMatchObject({ Type: 'HTTP' });
    await register(lab.client, Service!.Id!, 'task', { AWS_INSTANCE_IPV4: '127.10.0.1', AWS_INSTANCE_PORT: '3000' });
    expect((await discover(lab.client, {}, 'sc')).Instances).toMatchObject([{ InstanceId: 'task' }]);
  });

  test('of a private DNS namespace get the TTL of its SOA record and later ones', async () => {
    await using lab = await startTestLab();
    const Properties = { DnsProperties: { SOA: { TTL: 60 } } };
    await lab.client.send(new CreatePrivateDnsNamespaceCommand({ Name: 'n.test', Vpc: 'vpc-1', Properties }));
    const find = async () => {
      const Filters = [{ Name: 'NAME' as const, Values: ['n.test'] }];
      return (await lab.client.send(new ListNamespacesCommand({ Filters }))).Namespaces![0]!;
    };
    const { Id, Properties: before } = await find();
    expect(before?.DnsProperties).toEqual({ HostedZoneId: expect.stringMatching(/^Z/), SOA: { TTL: 60 } });
    const change = { Properties: { DnsProperties: { SOA: { TTL: 5 } } } };
    await lab.client.send(new UpdatePrivateDnsNamespaceCommand({ Id, Namespace: change }));
    expect((await find()).Properties?.DnsProperties?.SOA).toEqual({ TTL: 5 });
  });

  test('keep the TTL that an update gives their records', async () => {
    await using lab = await startTestLab();
    const DnsConfig = { DnsRecords: [{ Type: 'A' as const, TTL: 1 }] };
    await lab.client.send(new UpdateServiceCommand({ Id: api.id, Service: { DnsConfig, Description: 'short' } }));
    const { Service } = await lab.client.send(new GetServiceCommand({ Id: api.id }));
    expect(Service).toMatchObject({ Description: 'short', DnsConfig });
  });

  test('carry tags and attributes', async () => {
    await using lab = await startTestLab();
    const ResourceARN = api.arn;
    await lab.client.send(
      new TagResourceCommand({
        ResourceARN,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    await lab.client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));
    const { Tags } = await lab.client.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
    const ServiceId = api.id;
    await lab.client.send(new UpdateServiceAttributesCommand({ ServiceId, Attributes: { x: '1', y: '2' } }));
    await lab.client.send(new DeleteServiceAttributesCommand({ ServiceId, Attributes: ['x'] }));
    const { ServiceAttributes } = await lab.client.send(new GetServiceAttributesCommand({ ServiceId }));
    expect(ServiceAttributes).toMatchObject({ ServiceArn: api.arn, Attributes: { y: '2' } });
  });
});

describe('errors', () => {
  const unknown = 'srv-none';
  test.each([
    ['ServiceNotFound', new RegisterInstanceCommand({ ServiceId: unknown, InstanceId: 'a', Attributes: {} })],
    ['ServiceNotFound', new DeregisterInstanceCommand({ ServiceId: unknown, InstanceId: 'a' })],
    ['ServiceNotFound', new DiscoverInstancesCommand({ NamespaceName: 'mesh', ServiceName: 'none' })],
    ['NamespaceNotFound', new DiscoverInstancesCommand({ NamespaceName: 'none', ServiceName: 'api' })],
    ['NamespaceNotFound', new DiscoverInstancesRevisionCommand({ NamespaceName: 'none', ServiceName: 'api' })],
    ['InstanceNotFound', new DeregisterInstanceCommand({ ServiceId: api.id, InstanceId: 'none' })],
    ['InstanceNotFound', new GetInstancesHealthStatusCommand({ ServiceId: api.id, Instances: ['none'] })],
    ['OperationNotFound', new GetOperationCommand({ OperationId: 'none' })],
    ['NamespaceNotFound', new CreateServiceCommand({ Name: 'x', NamespaceId: 'ns-none' })],
    ['ServiceAlreadyExists', new CreateServiceCommand({ Name: 'API', NamespaceId: dnsNamespace.id, Type: 'HTTP' })],
    ['NamespaceAlreadyExists', new CreateHttpNamespaceCommand({ Name: 'mesh' })],
    ['ResourceNotFoundException', new ListTagsForResourceCommand({ ResourceARN: 'arn:aws:x' })],
    ['InvalidInput', new CreateServiceCommand({ Name: 'x', NamespaceId: dnsNamespace.id })],
    ['InvalidInput', new CreateServiceCommand({ Name: '-x', NamespaceId: httpNamespace.id })],
    ['InvalidInput', new DiscoverInstancesCommand({ NamespaceName: 'mesh', ServiceName: 'x', MaxResults: 1001 })],
    ['InvalidInput', new ListInstancesCommand({ ServiceId: api.id, NextToken: 'mine' })],
    ['InvalidInput', new RegisterInstanceCommand({ ServiceId: api.id, InstanceId: 'a b', Attributes: {} })],
    ['InvalidInput', new RegisterInstanceCommand({ ServiceId: api.id, InstanceId: 'a', Attributes: {} })],
    ['InvalidInput', new UpdateHttpNamespaceCommand({ Id: dnsNamespace.id, Namespace: { Description: 'x' } })],
    ['InvalidInput', new UpdatePrivateDnsNamespaceCommand({ Id: httpNamespace.id, Namespace: {} })],
  ])('%s is what the SDK throws', async (name, command) => {
    await using lab = await startTestLab();
    await expect(lab.client.send(command as unknown as GetServiceCommand)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(/^\S.*\.$/),
      $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
    });
  });

  test('CustomHealthNotFound comes from a service without a health check', async () => {
    await using lab = await startTestLab();
    await register(lab.client, unchecked.id, 'a');
    const command = new UpdateInstanceCustomHealthStatusCommand({
      ServiceId: unchecked.id,
      InstanceId: 'a',
      Status: 'HEALTHY',
    });
    await expect(lab.client.send(command)).rejects.toMatchObject({ name: 'CustomHealthNotFound' });
  });
});
