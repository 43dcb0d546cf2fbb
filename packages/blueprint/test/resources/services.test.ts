import { describe, expect, test } from 'vitest';
import { blueprintOfResources } from '../support.ts';
import { serviceBlueprint, serviceResources, targetGroup } from './support.ts';

describe('a service', () => {
  test("has AWS's defaults for what the template leaves out", () => {
    const [service] = serviceBlueprint().services;
    expect(service).toEqual({
      name: 'api',
      arn: 'arn:aws:ecs:us-east-1:000000000000:service/lab/api',
      cluster: 'lab',
      taskDefinition: 'api',
      launchType: 'EC2',
      schedulingStrategy: 'REPLICA',
      desiredCount: 1,
      deployment: {
        maximumPercent: 200,
        minimumHealthyPercent: 100,
        circuitBreaker: { enable: false, rollback: false },
      },
      availabilityZoneRebalancing: true,
      healthCheckGracePeriodSeconds: 0,
      enableExecuteCommand: false,
      network: { subnets: ['subnet'], securityGroups: [], assignPublicIp: false },
      loadBalancers: [],
      serviceRegistries: [],
    });
  });

  test.each([
    [{ CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE_SPOT' }] }, { launchType: 'FARGATE' }],
    [
      { SchedulingStrategy: 'DAEMON' },
      { availabilityZoneRebalancing: false, deployment: { minimumHealthyPercent: 0 } },
    ],
    [{ DeploymentConfiguration: { MaximumPercent: '100' } }, { availabilityZoneRebalancing: false }],
    [{ DesiredCount: { Ref: 'AWS::NoValue' } }, { desiredCount: 1 }],
    [
      { Cluster: { 'Fn::GetAtt': ['Cluster', 'Arn'] } },
      { cluster: 'lab', arn: 'arn:aws:ecs:us-east-1:000000000000:service/lab/api' },
    ],
  ])('with %j has %j', (service, expected) => {
    expect(serviceBlueprint({ service }).services[0]).toMatchObject(expected);
  });

  test('is a client of Service Connect in the default namespace of its cluster, and offers its named ports', () => {
    const resources = serviceResources({
      service: {
        ServiceConnectConfiguration: {
          Enabled: true,
          Services: [{ PortName: 'http', ClientAliases: [{ Port: 80 }], Timeout: { IdleTimeoutSeconds: 0 } }],
        },
      },
    });
    const Cluster = {
      Type: 'AWS::ECS::Cluster',
      Properties: { ClusterName: 'lab', ServiceConnectDefaults: { Namespace: { 'Fn::GetAtt': ['Mesh', 'Arn'] } } },
    };
    const Mesh = { Type: 'AWS::ServiceDiscovery::HttpNamespace', Properties: { Name: 'mesh' } };
    const blueprint = blueprintOfResources({ ...resources, Cluster, Mesh });
    expect(blueprint.clusters[0]?.serviceConnectNamespace).toBe('mesh');
    expect(blueprint.services[0]?.serviceConnect).toEqual({
      namespace: 'mesh',
      services: [
        {
          portName: 'http',
          containerPort: 3000,
          appProtocol: 'http',
          discoveryName: 'http',
          clientAliases: [{ dnsName: 'http.mesh', port: 80 }],
          timeout: { idleTimeoutSeconds: 0 },
        },
      ],
    });
  });

  test('that names a Service Connect namespace which does not exist gets it as an HTTP namespace', () => {
    const service = { ServiceConnectConfiguration: { Enabled: true, Namespace: 'elsewhere' } };
    expect(serviceBlueprint({ service }).namespaces).toEqual([
      expect.objectContaining({ name: 'elsewhere', type: 'HTTP', id: expect.stringMatching(/^ns-[a-z\d]{16}$/) }),
    ]);
  });

  test('is registered in Cloud Map under the full name', () => {
    const Dns = {
      Type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
      Properties: { Name: 'lab.internal', Vpc: { Ref: 'Vpc' } },
    };
    const DnsConfig = { DnsRecords: [{ Type: 'SRV', TTL: '10' }], NamespaceId: { Ref: 'Dns' } };
    const Registry = { Type: 'AWS::ServiceDiscovery::Service', Properties: { Name: 'api', DnsConfig } };
    const service = {
      ServiceRegistries: [
        { RegistryArn: { 'Fn::GetAtt': ['Registry', 'Arn'] }, ContainerName: 'api', ContainerPort: 3000 },
      ],
    };
    const blueprint = serviceBlueprint({ service }, { Dns, Registry });
    expect(blueprint.services[0]?.serviceRegistries).toEqual([
      { discoveryService: 'api.lab.internal', containerName: 'api', containerPort: 3000 },
    ]);
    expect(blueprint.discoveryServices[0]).toMatchObject({
      name: 'api.lab.internal',
      type: 'DNS_HTTP',
      dns: { routingPolicy: 'MULTIVALUE', records: [{ type: 'SRV', ttlSeconds: 10 }] },
      customHealthCheck: false,
    });
  });

  test('has the limits and the policies of its scaling', () => {
    const Target = {
      Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
      Properties: {
        MinCapacity: 2,
        MaxCapacity: 6,
        ServiceNamespace: 'ecs',
        ScalableDimension: 'ecs:service:DesiredCount',
        ResourceId: { 'Fn::Join': ['', ['service/', { Ref: 'Cluster' }, '/', { 'Fn::GetAtt': ['Api', 'Name'] }]] },
      },
    };
    const tracking = {
      TargetValue: 60,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    };
    const Policy = {
      Type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
      Properties: {
        PolicyName: 'cpu',
        ScalingTargetId: { Ref: 'Target' },
        TargetTrackingScalingPolicyConfiguration: tracking,
      },
    };
    expect(serviceBlueprint({}, { Target, Policy }).services[0]).toMatchObject({
      desiredCount: 2,
      scaling: {
        minCapacity: 2,
        maxCapacity: 6,
        policies: [{ name: 'cpu', metric: 'ECSServiceAverageCPUUtilization', targetValue: 60 }],
      },
    });
  });

  test.each<[string, object, string]>([
    [
      'an unmapped container port',
      { LoadBalancers: [{ ContainerName: 'api', ContainerPort: 1, TargetGroupArn: { Ref: 'Group' } }] },
      'is 1, which the container api of api does not map',
    ],
    [
      'a port name that no mapping has',
      { ServiceConnectConfiguration: { Enabled: true, Namespace: 'm', Services: [{ PortName: 'x' }] } },
      'no port mapping of api has that name',
    ],
    [
      'Service Connect without a namespace',
      { ServiceConnectConfiguration: { Enabled: true } },
      'the cluster has no default namespace',
    ],
    [
      'no network configuration in awsvpc mode',
      { NetworkConfiguration: undefined },
      'the property NetworkConfiguration is missing',
    ],
    [
      'a subnet of elsewhere',
      { NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-1'] } } },
      'refers to subnet-1, but the assembly has no AWS::EC2::Subnet of that name',
    ],
    [
      'a cluster of elsewhere',
      { Cluster: 'prod' },
      'refers to prod, but the assembly has no AWS::ECS::Cluster of that name',
    ],
  ])('with %s is refused, naming the service', (_title, service, what) => {
    const refused = () => serviceBlueprint({ service }, { Group: targetGroup({}) });
    expect(refused).toThrow(what);
    expect(refused).toThrow('Lab/Api (AWS::ECS::Service)');
  });

  test.each<[object, string]>([
    [
      { DeploymentController: { Type: 'CODE_DEPLOY' } },
      'is deployed by CODE_DEPLOY; the local run replaces its tasks in a rolling deployment.',
    ],
    [
      { DeploymentConfiguration: { Strategy: 'CANARY' } },
      'is deployed CANARY; the local run replaces its tasks in a rolling deployment.',
    ],
    [
      { LoadBalancers: [{ LoadBalancerName: 'old', ContainerName: 'api', ContainerPort: 3000 }] },
      'is behind the Classic Load Balancer old, which the assembly does not define.',
    ],
  ])('with %j is read with a warning', (service, what) => {
    expect(serviceBlueprint({ service }).warnings).toEqual([`Lab/Api (AWS::ECS::Service) ${what}`]);
  });
});
