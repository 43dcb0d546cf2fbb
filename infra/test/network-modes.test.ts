import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { logicalIdOf, propertiesOf, synthesize } from './synthesis.ts';
import type { Resource } from './synthesis.ts';

const { switchyard, network } = synthesize({ networkModes: true });
const template = Template.fromStack(switchyard.networkModes!);

function only(type: string): Resource['Properties'] {
  const found = propertiesOf(template, type);
  expect(found).toHaveLength(1);
  return found[0];
}

function serviceNamed(name: string): Resource['Properties'] {
  return propertiesOf(template, 'AWS::ECS::Service').find((service) => service.ServiceName === name);
}

function taskDefinitionOf(family: string): Resource['Properties'] {
  return propertiesOf(template, 'AWS::ECS::TaskDefinition').find((definition) => definition.Family === family);
}

describe('network modes', () => {
  it('are left out by default, and change nothing then', () => {
    const byDefault = synthesize();
    expect(byDefault.switchyard.networkModes).toBeUndefined();
    expect(byDefault.services.toJSON()).toEqual(synthesize({ networkModes: false }).services.toJSON());
    expect(Object.keys(byDefault.services.toJSON()['Resources'])).toEqual(
      Object.keys(synthesize({ networkModes: true }).services.toJSON()['Resources']),
    );
  });
});

describe('container instances', () => {
  const { LaunchTemplateData: launch } = only('AWS::EC2::LaunchTemplate');

  it('run the ECS-optimized Amazon Linux 2023 that AWS recommends at deployment', () => {
    const parameter = template.toJSON()['Parameters'][launch.ImageId.Ref];
    expect(parameter.Default).toBe('/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id');
    expect(launch.InstanceType).toBe('t3.small');
  });

  it('are arm64 by the switch that also decides about the images', () => {
    const { networkModes } = synthesize({ networkModes: true, architecture: 'arm64' }).switchyard;
    const arm = Template.fromStack(networkModes!);
    const [{ LaunchTemplateData }] = propertiesOf(arm, 'AWS::EC2::LaunchTemplate');
    const parameter = arm.toJSON()['Parameters'][LaunchTemplateData.ImageId.Ref];
    expect(parameter.Default).toBe('/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id');
    expect(LaunchTemplateData.InstanceType).toBe('t4g.small');
  });

  it('answer metadata requests by IMDSv2 only, and not to containers in bridge mode', () => {
    expect(launch.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
  });

  it('have no key, no public address and an encrypted disk', () => {
    expect(launch.KeyName).toBeUndefined();
    expect(launch.NetworkInterfaces).toMatchObject([{ AssociatePublicIpAddress: false }]);
    expect(launch.BlockDeviceMappings).toMatchObject([{ Ebs: { Encrypted: true } }]);
  });

  it('let in nobody on the SSH port, nor anybody from outside', () => {
    const ingress = propertiesOf(template, 'AWS::EC2::SecurityGroupIngress');
    expect(ingress.every(({ SourceSecurityGroupId }) => SourceSecurityGroupId !== undefined)).toBe(true);
    expect(ingress.every(({ FromPort, ToPort }) => FromPort > 22 || ToPort < 22)).toBe(true);
  });

  it('may do what the ECS agent does in this cluster, and nothing else', () => {
    const policy = propertiesOf(template, 'AWS::IAM::Policy').find(({ Roles }) =>
      logicalIdOf(Roles[0]).startsWith('InstancesRole'),
    );
    const actions = policy.PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);
    expect(actions.every((action: string) => action.startsWith('ecs:'))).toBe(true);
    expect(actions).not.toContain('ecs:*');
  });

  it('are one for each zone, in private subnets', () => {
    const { MinSize, MaxSize, VPCZoneIdentifier } = only('AWS::AutoScaling::AutoScalingGroup');
    expect({ MinSize, MaxSize }).toEqual({ MinSize: '2', MaxSize: '3' });
    expect(VPCZoneIdentifier.map(logicalIdOf)).toEqual([
      expect.stringContaining('privateSubnet1'),
      expect.stringContaining('privateSubnet2'),
    ]);
  });

  it('are scaled and drained by their capacity provider, and can be deleted with their stack', () => {
    expect(only('AWS::ECS::CapacityProvider').AutoScalingGroupProvider).toMatchObject({
      ManagedScaling: { Status: 'ENABLED' },
      ManagedDraining: 'ENABLED',
      ManagedTerminationProtection: 'DISABLED',
    });
  });

  it('reach ECS without a NAT gateway', () => {
    const withoutNat = synthesize({ networkModes: true, nat: 'none' });
    const names = propertiesOf(withoutNat.network, 'AWS::EC2::VPCEndpoint').map(({ ServiceName }) =>
      JSON.stringify(ServiceName),
    );
    for (const name of ['.ecs"', '.ecs-agent"', '.ecs-telemetry"']) {
      expect(names.filter((each) => each.includes(name))).toHaveLength(1);
    }
  });

  it('are let through by the network ACLs on the service ports, and on no others', () => {
    const service = propertiesOf(network, 'AWS::EC2::NetworkAclEntry').filter(
      ({ PortRange }) => PortRange.From === 3000,
    );
    expect(new Set(service.map(({ PortRange }) => PortRange.To))).toEqual(new Set([3001]));
  });
});

describe('the worker in bridge mode', () => {
  it('takes any port of its instance, and its SRV record says which', () => {
    const { NetworkMode, ContainerDefinitions } = taskDefinitionOf('worker-bridge');
    expect(NetworkMode).toBe('bridge');
    expect(ContainerDefinitions[0].PortMappings).toMatchObject([{ ContainerPort: 3000, HostPort: 0 }]);
    const records = propertiesOf(template, 'AWS::ServiceDiscovery::Service').find(
      ({ Name }) => Name === 'worker-bridge',
    );
    expect(records.DnsConfig.DnsRecords).toEqual([{ Type: 'SRV', TTL: 10 }]);
    expect(serviceNamed('worker-bridge').ServiceRegistries).toMatchObject([
      { ContainerName: 'worker-bridge', ContainerPort: 3000 },
    ]);
  });

  it('has one task more than there are instances, so that two share one', () => {
    expect(serviceNamed('worker-bridge').DesiredCount).toBe(3);
  });

  it('is behind an internal Network Load Balancer with a security group, instances as targets and cross-zone balancing', () => {
    const loadBalancer = only('AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(loadBalancer).toMatchObject({ Type: 'network', Scheme: 'internal' });
    expect(loadBalancer.SecurityGroups).toHaveLength(1);
    expect(loadBalancer.LoadBalancerAttributes).toContainEqual({
      Key: 'load_balancing.cross_zone.enabled',
      Value: 'true',
    });
    expect(only('AWS::ElasticLoadBalancingV2::Listener')).toMatchObject({ Port: 3000, Protocol: 'TCP' });
    expect(only('AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject({
      TargetType: 'instance',
      Protocol: 'TCP',
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/healthz',
    });
  });
});

describe('the worker behind a Classic Load Balancer', () => {
  it('takes one port of each instance, which is all that such a load balancer can know', () => {
    const [container] = taskDefinitionOf('worker-classic').ContainerDefinitions;
    expect(container.PortMappings).toMatchObject([{ ContainerPort: 3000, HostPort: 3001 }]);
    expect(only('AWS::ElasticLoadBalancing::LoadBalancer').Listeners).toMatchObject([
      { LoadBalancerPort: '3000', InstancePort: '3001', Protocol: 'http' },
    ]);
  });

  it('is placed by its launch type, since ECS takes no capacity provider behind one', () => {
    expect(serviceNamed('worker-classic').LaunchType).toBe('EC2');
    expect(serviceNamed('worker-classic').CapacityProviderStrategy).toBeUndefined();
  });

  it('has neither a service registry nor a container health check, which ECS does not combine with one', () => {
    expect(serviceNamed('worker-classic').ServiceRegistries).toBeUndefined();
    expect(taskDefinitionOf('worker-classic').ContainerDefinitions[0].HealthCheck).toBeUndefined();
  });

  it('is checked by HTTP, balanced over zones and drained', () => {
    expect(only('AWS::ElasticLoadBalancing::LoadBalancer')).toMatchObject({
      Scheme: 'internal',
      CrossZone: true,
      HealthCheck: { Target: 'HTTP:3001/healthz' },
      ConnectionDrainingPolicy: { Enabled: true, Timeout: 15 },
    });
  });
});

describe('the worker in host mode', () => {
  it('has its port on the instance itself, and its SRV record', () => {
    const { NetworkMode, ContainerDefinitions } = taskDefinitionOf('worker-host');
    expect(NetworkMode).toBe('host');
    expect(ContainerDefinitions[0].PortMappings).toEqual([{ ContainerPort: 3000, Protocol: 'tcp' }]);
    expect(serviceNamed('worker-host').ServiceRegistries).toHaveLength(1);
  });

  it('has one task for each instance and no capacity provider, so that ECS says when a port is taken', () => {
    expect(serviceNamed('worker-host')).toMatchObject({ DesiredCount: 2, LaunchType: 'EC2' });
  });

  it('is replaced by stopping the old task first, whose port the new one needs', () => {
    expect(serviceNamed('worker-host').DeploymentConfiguration).toMatchObject({
      MinimumHealthyPercent: 50,
      MaximumPercent: 100,
    });
  });
});

describe('security groups of the network modes', () => {
  it('let the api reach both load balancers and the instances, and each load balancer its ports of the instances', () => {
    const nameOf = (value: Record<string, unknown>) => logicalIdOf(value).replace(/SecurityGroup.*$/, '');
    const edges = propertiesOf(template, 'AWS::EC2::SecurityGroupIngress').map(
      (rule) => `${nameOf(rule.SourceSecurityGroupId)} → ${nameOf(rule.GroupId)}:${rule.FromPort}-${rule.ToPort}`,
    );
    expect(edges.sort()).toEqual([
      'Classic → Instances:3001-3001',
      'Network → Instances:32768-60999',
      'api → Classic:3000-3000',
      'api → Instances:3000-3000',
      'api → Instances:32768-60999',
      'api → Network:3000-3000',
    ]);
  });
});
