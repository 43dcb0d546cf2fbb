import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serviceNames } from '../src/config.ts';
import { logicalIdOf, propertiesOf, repositoryRoot, resourcesOf, synthesize } from './synthesis.ts';
import type { Resource } from './synthesis.ts';

const { platform, services } = synthesize();

/** Properties of the one resource of a type that belongs to a service. */
function propertiesFor(service: string, type: string): Resource['Properties'] {
  const found = Object.entries(resourcesOf(services, type)).filter(([id]) => id.startsWith(service));
  expect(found).toHaveLength(1);
  return found[0]?.[1].Properties;
}

describe('the cluster', () => {
  it('is called switchyard and watches its containers closely', () => {
    expect(propertiesOf(platform, 'AWS::ECS::Cluster')).toEqual([
      { ClusterName: 'switchyard', ClusterSettings: [{ Name: 'containerInsights', Value: 'enhanced' }] },
    ]);
  });

  it('stands beside a private DNS namespace and an HTTP namespace', () => {
    expect(propertiesOf(platform, 'AWS::ServiceDiscovery::PrivateDnsNamespace')[0].Name).toBe('switchyard.internal');
    expect(propertiesOf(platform, 'AWS::ServiceDiscovery::HttpNamespace')).toEqual([{ Name: 'mesh' }]);
  });
});

describe.each(serviceNames)('%s', (name) => {
  const service = propertiesFor(name, 'AWS::ECS::Service');
  const taskDefinition = propertiesFor(name, 'AWS::ECS::TaskDefinition');
  const [container] = taskDefinition.ContainerDefinitions;
  const environment: Record<string, string> = Object.fromEntries(
    container.Environment.map(({ Name, Value }: { Name: string; Value: string }) => [Name, Value]),
  );

  it('runs two tasks on Fargate in the private subnets, without public addresses', () => {
    expect(service).toMatchObject({ ServiceName: name, LaunchType: 'FARGATE' });
    expect(propertiesFor(name, 'AWS::ApplicationAutoScaling::ScalableTarget').MinCapacity).toBe(2);
    const { Subnets, AssignPublicIp } = service.NetworkConfiguration.AwsvpcConfiguration;
    expect(AssignPublicIp).toBe('DISABLED');
    expect(Subnets.map((subnet: Record<string, unknown>) => logicalIdOf(subnet))).toEqual([
      expect.stringContaining('privateSubnet1'),
      expect.stringContaining('privateSubnet2'),
    ]);
  });

  it('deploys new tasks before it stops old ones and rolls back when they fail', () => {
    expect(service.DeploymentConfiguration).toMatchObject({
      MinimumHealthyPercent: 100,
      MaximumPercent: 200,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    });
  });

  it('keeps the tasks that scaling gave it when it is deployed under load', () => {
    expect(service).not.toHaveProperty('DesiredCount');
  });

  it('has one container, named like the service, that listens on port 3000', () => {
    expect(taskDefinition).toMatchObject({ Family: name, NetworkMode: 'awsvpc' });
    expect(taskDefinition.ContainerDefinitions).toHaveLength(1);
    expect(container.Name).toBe(name);
    expect(container.PortMappings).toEqual([{ ContainerPort: 3000, Name: name, AppProtocol: 'http', Protocol: 'tcp' }]);
  });

  it('has 30 s to stop, which is more than its target group drains', () => {
    expect(container.StopTimeout).toBe(30);
  });

  it('registers its tasks with its own target group, after the listener exists', () => {
    expect(service.LoadBalancers).toHaveLength(1);
    const [loadBalancer] = service.LoadBalancers;
    expect(loadBalancer).toMatchObject({ ContainerName: name, ContainerPort: 3000 });
    expect(logicalIdOf(loadBalancer.TargetGroupArn)).toMatch(new RegExp(`^${name}TargetGroup`));
    const dependsOn = Object.values(resourcesOf(services, 'AWS::ECS::Service')).map((each) => each.DependsOn);
    for (const ids of dependsOn) expect(ids).toEqual(expect.arrayContaining([expect.stringContaining('Router')]));
  });

  it('has a name in switchyard.internal with a record that lives for 10 s', () => {
    const discovery = propertiesFor(name, 'AWS::ServiceDiscovery::Service');
    expect(discovery.Name).toBe(name);
    expect(discovery.DnsConfig.DnsRecords).toEqual([{ Type: name === 'worker' ? 'SRV' : 'A', TTL: 10 }]);
    expect(service.ServiceRegistries).toHaveLength(1);
  });

  it('is reached by Service Connect under its alias', () => {
    expect(service.ServiceConnectConfiguration).toMatchObject({
      Enabled: true,
      Namespace: 'mesh',
      Services: [{ PortName: name, DiscoveryName: name, ClientAliases: [{ DnsName: `${name}.mesh`, Port: 3000 }] }],
    });
  });

  it('is told in its environment what it is, how it is routed to and who its peers are', () => {
    expect(environment).toMatchObject({
      SERVICE_NAME: name,
      PORT: '3000',
      BASE_PATH: name === 'frontend' ? '' : `/${name}`,
      ALB_IDLE_TIMEOUT_SECONDS: '60',
      STOP_TIMEOUT_SECONDS: '30',
      METRICS_INTERVAL_SECONDS: '60',
      CLOUD_MAP_NAMESPACE: 'switchyard.internal',
    });
    expect(environment['ALB_ROUTE']).toBe(
      {
        frontend: 'default rule, sticky',
        api: 'priority 20: path /api, /api/*',
        worker: 'priority 30: path /worker, /worker/*; priority 40: header X-Service: worker and path /whoami',
      }[name],
    );
    expect(JSON.parse(environment['PEERS'] ?? '')).toEqual({
      frontend: peer('frontend', 'A'),
      api: peer('api', 'A'),
      worker: peer('worker', 'SRV'),
    });
  });

  it('logs to a group of its own for 14 days, which goes when the service goes', () => {
    const groups = Object.entries(resourcesOf(services, 'AWS::Logs::LogGroup')).filter(([id]) => id.startsWith(name));
    expect(groups.map(([, group]) => [group.Properties.RetentionInDays, group.DeletionPolicy])).toEqual([
      [14, 'Delete'],
    ]);
    expect(container.LogConfiguration.LogDriver).toBe('awslogs');
  });
});

function peer(name: string, recordType: string): object {
  return {
    dnsName: `${name}.switchyard.internal`,
    recordType,
    port: 3000,
    serviceConnectUrl: `http://${name}.mesh:3000`,
  };
}

describe('the services', () => {
  it('are deployed after those that they call, since a task never learns of an endpoint that is newer than its deployment', () => {
    const inOrder = Object.entries(resourcesOf(services, 'AWS::ECS::Service'));
    const idOf = (name: string) => inOrder.find(([id]) => id.startsWith(name))?.[0];
    const waits = inOrder.map(([, { Properties, DependsOn = [] }]) => [
      Properties.ServiceName,
      serviceNames.filter((name) => DependsOn.includes(idOf(name) ?? '')),
    ]);
    expect(Object.fromEntries(waits)).toEqual({ frontend: ['api'], api: ['worker'], worker: [] });
  });
});

describe('an image', () => {
  it('is built for each service from the one Dockerfile at the root, with another TARGET', () => {
    const { switchyard } = synthesize();
    const { directory } = switchyard.app.synth();
    const assets = JSON.parse(readFileSync(join(directory, 'Switchyard-Services.assets.json'), 'utf8'));
    const images = Object.values<{ source: object }>(assets.dockerImages).map(({ source }) => source);
    expect(images).toEqual(
      serviceNames.map((name) => ({
        directory: repositoryRoot,
        dockerBuildArgs: { TARGET: `apps/${name}` },
        platform: 'linux/amd64',
      })),
    );
  });
});
