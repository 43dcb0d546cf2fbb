import { expect } from 'vitest';
import type { Blueprint, Rule, SecurityGroup } from '../../src/model.ts';
import { blueprintOfResources, type Resources, surroundings } from '../support.ts';

/** A load balancer with one listener; `rules` are the properties of its rules. */
export function listenerResources(listener: object, rules: readonly object[] = []): Resources {
  const numbered = rules.map((rule, index) => [
    `Rule${index}`,
    {
      Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
      Properties: { ListenerArn: { Ref: 'Http' }, Priority: index + 1, ...rule },
    },
  ]);
  return {
    ...surroundings,
    Balancer: {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: { Name: 'lab', Subnets: [{ Ref: 'Subnet' }] },
    },
    Http: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: {
        LoadBalancerArn: { Ref: 'Balancer' },
        Port: '80',
        Protocol: 'HTTP',
        DefaultActions: [notFound],
        ...listener,
      },
    },
    Group: targetGroup({ Name: 'api' }),
    Other: targetGroup({ Name: 'other' }),
    ...(Object.fromEntries(numbered) as Resources),
  };
}

export const notFound = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } };

/** A weighted forward; `stickiness` is that of the group. */
export function forwardTo(targetGroups: readonly object[], stickiness?: object): object {
  const config = { TargetGroups: targetGroups, ...(stickiness && { TargetGroupStickinessConfig: stickiness }) };
  return { Type: 'forward', ForwardConfig: config };
}

/** The error for what a deployment would refuse about rules, to be thrown. */
export function refusal(message: string): unknown {
  return expect.objectContaining({ code: 'BLUEPRINT_RULE_REFUSED', message: expect.stringContaining(message) });
}

export function targetGroup(properties: object): Resources[string] {
  const plain = { VpcId: { Ref: 'Vpc' }, Protocol: 'HTTP', Port: 80, TargetType: 'ip' };
  return { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { ...plain, ...properties } };
}

/** The rules of the only listener. */
export function rulesOf(listener: object, rules: readonly object[] = []): readonly Rule[] {
  const { loadBalancers } = blueprintOfResources(listenerResources(listener, rules));
  return loadBalancers[0]?.listeners[0]?.rules ?? [];
}

export function securityGroupIn(resources: Resources, name: string): SecurityGroup | undefined {
  return blueprintOfResources({ ...surroundings, ...resources }).securityGroups.find((group) => group.name === name);
}

/** A service of one container in a cluster, each part with further properties. */
export function serviceResources(parts: { service?: object; task?: object; container?: object } = {}): Resources {
  const container = {
    Name: 'api',
    Image: 'registry/api:1',
    PortMappings: [{ ContainerPort: 3000, Name: 'http', AppProtocol: 'http' }],
  };
  return {
    ...surroundings,
    Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'lab' } },
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        Family: 'api',
        NetworkMode: 'awsvpc',
        ContainerDefinitions: [{ ...container, ...parts.container }],
        ...parts.task,
      },
    },
    Api: {
      Type: 'AWS::ECS::Service',
      Properties: {
        ServiceName: 'api',
        Cluster: { Ref: 'Cluster' },
        TaskDefinition: { Ref: 'Task' },
        NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [{ Ref: 'Subnet' }] } },
        ...parts.service,
      },
    },
  };
}

export function serviceBlueprint(parts: Parameters<typeof serviceResources>[0] = {}, more: Resources = {}): Blueprint {
  return blueprintOfResources({ ...serviceResources(parts), ...more });
}
