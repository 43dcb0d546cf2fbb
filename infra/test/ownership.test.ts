import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../src/app.ts';
import { repositoryRoot } from './synthesis.ts';
import type { Resource } from './synthesis.ts';

type Resources = Readonly<Record<string, Resource>>;

/** The whole app, with nothing and with everything switched on. */
const choices = [
  ['by default', {}],
  [
    'with everything switched on',
    {
      zones: 3,
      endpoints: 'interface',
      networkModes: true,
      reachability: true,
      targetTls: true,
      serviceConnectTls: true,
      alarmEmail: 'ops@example.com',
      domainName: 'lab.example.com',
      hostedZoneId: 'Z0123456789',
    },
  ],
] as const;

/** Resources of all stacks by logical id. */
function resourcesWith(context: Readonly<Record<string, unknown>>): Resources {
  const { app } = buildApp({ repositoryRoot, context });
  const stacks = app.node.children.filter((child) => Stack.isStack(child));
  return Object.assign({}, ...stacks.map((stack) => resourcesIn(Template.fromStack(stack)))) as Resources;
}

function resourcesIn(template: Template): Resources {
  return (template.toJSON()['Resources'] ?? {}) as Resources;
}

/** Ids of what CloudFormation would leave behind without a word about it. A reason is metadata of the name `RetainedBecause`. */
function retainedWithoutReason(resources: Resources): string[] {
  return Object.entries(resources)
    .filter(([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy !== 'Delete')
    .filter(([, { Metadata }]) => !Metadata?.['RetainedBecause'])
    .map(([id]) => id);
}

describe.each(choices)('%s', (_title, context) => {
  const resources = resourcesWith(context);

  it('nothing outlives its stack without saying why', () => {
    expect(retainedWithoutReason(resources)).toEqual([]);
  });

  it('every security group belongs to a service, a load balancer, an endpoint or an instance', () => {
    const attached = attachedGroups(resources);
    const groups = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::EC2::SecurityGroup');
    expect(groups.map(([id]) => id).filter((id) => !attached.has(id))).toEqual([]);
  });

  it('every security group rule is between groups that have an owner, and says whom it is for', () => {
    const attached = attachedGroups(resources);
    const stray = rulesOf(resources).filter(
      ({ groups, description }) =>
        groups.some((group) => !attached.has(group)) || description === '' || /^from .*:/.test(description),
    );
    expect(stray).toEqual([]);
  });
});

describe('a resource that would be kept', () => {
  function withBucket(reason?: string): string[] {
    // CloudFormation's own check takes a while, and what it checks does not matter here.
    const stack = new Stack(new App({ builtinCloudFormationValidation: false, treeMetadata: false }), 'Stack');
    const bucket = new Bucket(stack, 'Kept', { removalPolicy: RemovalPolicy.RETAIN });
    if (reason !== undefined) (bucket.node.defaultChild as CfnBucket).addMetadata('RetainedBecause', reason);
    return retainedWithoutReason(resourcesIn(Template.fromStack(stack)));
  }

  it('is found when it does not say why, and let pass when it does', () => {
    expect(withBucket()).toEqual([expect.stringMatching(/^Kept/)]);
    expect(withBucket('An auditor reads it for seven years.')).toEqual([]);
  });
});

interface Rule {
  readonly groups: readonly string[];
  readonly description: string;
}

/** Rules inside of security groups and beside them. */
function rulesOf(resources: Resources): Rule[] {
  return Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
    if (Type === 'AWS::EC2::SecurityGroup') {
      const inline = [...(Properties.SecurityGroupIngress ?? []), ...(Properties.SecurityGroupEgress ?? [])];
      return inline.map(({ Description = '' }) => ({ groups: [id], description: String(Description) }));
    }
    if (Type !== 'AWS::EC2::SecurityGroupIngress' && Type !== 'AWS::EC2::SecurityGroupEgress') return [];
    const { GroupId, SourceSecurityGroupId, DestinationSecurityGroupId, Description = '' } = Properties;
    const ends = [GroupId, SourceSecurityGroupId, DestinationSecurityGroupId].filter((end) => end !== undefined);
    return [{ groups: ends.flatMap((end) => groupsIn(end, resources)), description: String(Description) }];
  });
}

/** Groups that something with a network interface names. */
function attachedGroups(resources: Resources): Set<string> {
  const owners = new Set([
    'AWS::ECS::Service',
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'AWS::ElasticLoadBalancing::LoadBalancer',
    'AWS::EC2::VPCEndpoint',
    'AWS::EC2::LaunchTemplate',
  ]);
  const named = Object.values(resources).filter(({ Type }) => owners.has(Type));
  return new Set(named.flatMap(({ Properties }) => groupsIn(Properties, resources)));
}

/** Ids of the security groups that a value refers to, also across stacks. */
function groupsIn(value: unknown, resources: Resources): string[] {
  const text = JSON.stringify(value);
  return Object.keys(resources).filter(
    (id) => resources[id]?.Type === 'AWS::EC2::SecurityGroup' && new RegExp(`["A-Za-z]${id}(GroupId|")`).test(text),
  );
}
