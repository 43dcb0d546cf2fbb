import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Blueprint } from '../src/model.ts';
import { parseBlueprint } from '../src/parse.ts';
import { printBlueprint } from '../src/print.ts';
import { blueprintOf } from '../src/blueprint-of.ts';
import { readBlueprint } from '../src/read.ts';
import { buildGrownApp } from './fixtures/grown-app.ts';
import { buildLabApp } from './fixtures/lab-app.ts';
import { assemblyOf, blueprintOfResources, surroundings, temporaryDirectory } from './support.ts';

async function synthesized(build: (outdir: string) => { synth(): unknown }): Promise<Blueprint> {
  await using directory = await temporaryDirectory();
  build(directory.path).synth();
  const blueprint = await readBlueprint(directory.path);
  expect(parseBlueprint(printBlueprint(blueprint))).toEqual(blueprint);
  return blueprint;
}

describe('an app of two stacks that CDK has synthesized', { timeout: 60_000 }, async () => {
  const context = path.join(import.meta.dirname, 'fixtures/context');
  const lab = await synthesized((outdir) => buildLabApp(outdir, context));

  test('is read without a warning', () => {
    expect(lab.warnings).toEqual([]);
    expect(lab).toMatchObject({ formatVersion: 1, region: 'us-east-1', accountId: '000000000000', partition: 'aws' });
  });

  test('has its subnets over two zones, each with its tier, its route table and its ACL', () => {
    expect(lab.availabilityZones).toEqual(['us-east-1a', 'us-east-1b']);
    expect(
      lab.subnets.map(({ name, tier, availabilityZone, cidrBlock }) => [name, tier, availabilityZone, cidrBlock]),
    ).toEqual([
      ['isolated-subnet1', 'isolated', 'us-east-1a', '10.10.4.0/24'],
      ['isolated-subnet2', 'isolated', 'us-east-1b', '10.10.5.0/24'],
      ['private-subnet1', 'private', 'us-east-1a', '10.10.2.0/24'],
      ['private-subnet2', 'private', 'us-east-1b', '10.10.3.0/24'],
      ['public-subnet1', 'public', 'us-east-1a', '10.10.0.0/24'],
      ['public-subnet2', 'public', 'us-east-1b', '10.10.1.0/24'],
    ]);
    expect(lab.subnets[0]).toMatchObject({ routeTable: 'isolated-subnet1', networkAcl: 'acl' });
    expect(lab.networkAcls[0]?.entries).toEqual([
      {
        ruleNumber: 100,
        direction: 'inbound',
        ruleAction: 'allow',
        protocol: 'tcp',
        cidrBlock: '10.10.0.0/16',
        ports: { from: 1024, to: 65_535 },
      },
    ]);
  });

  test('routes to its gateways and to its gateway endpoint', () => {
    const routes = Object.fromEntries(
      lab.routeTables.map((table) => [table.name, table.routes.map(({ target }) => target)]),
    );
    expect(routes).toMatchObject({
      'public-subnet1': ['internet-gateway:igw', 'vpc-endpoint:vpc-s3'],
      'private-subnet2': ['nat-gateway:public-subnet1', 'vpc-endpoint:vpc-s3'],
      'isolated-subnet1': ['vpc-endpoint:vpc-s3'],
    });
  });

  test('has a load balancer whose group lets out only what reaches the services', () => {
    const group = lab.securityGroups.find(({ name }) => name === 'balancer');
    expect(group?.egress.map(({ peer, ports }) => [peer, ports])).toEqual([
      ['security-group:frontend', { from: 3000, to: 3000 }],
      ['security-group:api', { from: 3000, to: 3000 }],
    ]);
    expect(lab.loadBalancers[0]).toMatchObject({
      name: 'balancer',
      scheme: 'internet-facing',
      vpc: 'vpc',
      subnets: ['public-subnet1', 'public-subnet2'],
      dnsName: expect.stringMatching(/^balancer-\d{10}\.us-east-1\.elb\.amazonaws\.com$/),
    });
  });

  test('has its rules in the order in which they are tried', () => {
    const rules = lab.loadBalancers[0]?.listeners[0]?.rules ?? [];
    expect(rules.map(({ priority, action }) => [priority, action.type])).toEqual([
      [10, 'fixed-response'],
      [20, 'forward'],
      [50, 'redirect'],
      ['default', 'forward'],
    ]);
  });

  test('has services that know their registries, aliases, groups and images', () => {
    expect(lab.services.map(({ name }) => name)).toEqual(['api', 'frontend']);
    expect(lab.services[0]).toMatchObject({
      launchType: 'FARGATE',
      desiredCount: 2,
      deployment: { circuitBreaker: { enable: true, rollback: true } },
      network: { subnets: ['private-subnet1', 'private-subnet2'], securityGroups: ['api'], assignPublicIp: false },
      loadBalancers: [{ targetGroup: 'api', containerName: 'api', containerPort: 3000 }],
      serviceRegistries: [{ discoveryService: 'api.lab.internal', containerName: 'api', containerPort: 3000 }],
      serviceConnect: {
        namespace: 'mesh',
        services: [{ discoveryName: 'api', clientAliases: [{ dnsName: 'api.mesh', port: 3000 }] }],
      },
    });
    expect(lab.taskDefinitions[0]?.containers[0]).toMatchObject({
      image: { kind: 'asset', directory: '.', dockerfile: 'Dockerfile', buildArgs: { TARGET: 'apps/api' } },
      environment: { SERVICE_NAME: 'api', REGION: 'us-east-1' },
      healthCheck: { command: ['CMD-SHELL', 'true'], intervalSeconds: 10, timeoutSeconds: 5, retries: 3 },
    });
  });

  test('refers only to things that it holds', () => {
    const names = (list: readonly { readonly name: string }[]) => new Set(list.map(({ name }) => name));
    const unknown = lab.services.flatMap(({ cluster, taskDefinition, network, loadBalancers, serviceRegistries }) => [
      ...[cluster].filter((name) => !names(lab.clusters).has(name)),
      ...[taskDefinition].filter((name) => !names(lab.taskDefinitions).has(name)),
      ...(network?.subnets ?? []).filter((name) => !names(lab.subnets).has(name)),
      ...(network?.securityGroups ?? []).filter((name) => !names(lab.securityGroups).has(name)),
      ...loadBalancers.map(({ targetGroup }) => targetGroup).filter((name) => !names(lab.targetGroups).has(name)),
      ...serviceRegistries
        .map((entry) => entry.discoveryService)
        .filter((name) => !names(lab.discoveryServices).has(name)),
    ]);
    expect(unknown).toEqual([]);
  });

  test('is the same, ids included, when it is synthesized and read again', async () => {
    expect(printBlueprint(await synthesized((outdir) => buildLabApp(outdir, context)))).toBe(printBlueprint(lab));
  });
});

describe('an app with EC2 capacity, scaling and a Network Load Balancer', { timeout: 60_000 }, async () => {
  const grown = await synthesized(buildGrownApp);

  test('is read without a warning', () => {
    expect(grown.warnings).toEqual([]);
    expect(grown.autoScalingGroups).toMatchObject([{ instanceType: 't3.small' }]);
  });

  test('has both load balancers, the weights, the scaling and the bridge mode', () => {
    expect(grown.loadBalancers.map(({ name, type }) => [name, type])).toEqual([
      ['app', 'application'],
      ['net', 'network'],
    ]);
    expect(grown.loadBalancers[0]?.listeners[0]?.rules.at(-1)?.action).toEqual({
      type: 'forward',
      targetGroups: [
        { targetGroup: 'blue', weight: 9 },
        { targetGroup: 'green', weight: 1 },
      ],
      stickinessDurationSeconds: 300,
    });
    expect(grown.services[0]).toMatchObject({ launchType: 'EC2', scaling: { minCapacity: 2, maxCapacity: 6 } });
    expect(grown.taskDefinitions[0]).toMatchObject({ networkMode: 'bridge' });
  });
});

describe('stacks', () => {
  const exporting = {
    Resources: surroundings,
    Outputs: { Id: { Value: { Ref: 'Vpc' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Vpc' } } } },
  };
  const importing = (VpcId: object) => ({
    Resources: { Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'x', VpcId } } },
  });

  test('find what another stack exports, whichever comes first', () => {
    const Services = importing({ 'Fn::ImportValue': 'Network:Vpc' });
    expect(blueprintOf(assemblyOf({ Services, Network: exporting })).securityGroups[0]?.vpc).toBe('vpc');
    const byOutput = importing({ 'Fn::GetStackOutput': { StackName: 'Network', OutputName: 'Id' } });
    expect(blueprintOf(assemblyOf({ Services: byOutput, Network: exporting })).securityGroups[0]?.vpc).toBe('vpc');
  });

  test('that import what no stack exports are refused, naming the resource and the export', () => {
    const Services = importing({ 'Fn::ImportValue': 'Network:Missing' });
    expect(() => blueprintOf(assemblyOf({ Services, Network: exporting }))).toThrow(
      expect.objectContaining({
        code: 'BLUEPRINT_IMPORT_UNRESOLVED',
        message:
          'Services/Group (AWS::EC2::SecurityGroup) imports Network:Missing, which no stack of the assembly exports; synthesize all stacks together.',
      }),
    );
  });

  test('with equal construct paths keep their names apart by the stack', () => {
    const { vpcs } = blueprintOf(assemblyOf({ Blue: { Resources: surroundings }, Green: { Resources: surroundings } }));
    expect(vpcs.map(({ name }) => name)).toEqual(['blue-vpc', 'green-vpc']);
    expect(new Set(vpcs.map(({ id }) => id)).size).toBe(2);
  });
});

describe('resources', () => {
  const bucket = { Type: 'AWS::S3::Bucket' };

  test('of an unknown type are listed as warnings, ignorable ones are not', () => {
    const { warnings } = blueprintOfResources({ Queue: { Type: 'AWS::SQS::Queue' }, Bucket: bucket });
    expect(warnings).toEqual([
      'Lab/Queue (AWS::SQS::Queue) is of a type that the blueprint does not represent; the local run does without it.',
    ]);
  });

  test('that add to something of elsewhere are listed as warnings', () => {
    const rule = { GroupId: 'sg-1', IpProtocol: '-1', CidrIp: '0.0.0.0/0' };
    const { warnings } = blueprintOfResources({ Rule: { Type: 'AWS::EC2::SecurityGroupIngress', Properties: rule } });
    expect(warnings).toEqual([
      'Lab/Rule (AWS::EC2::SecurityGroupIngress) adds to sg-1, which the assembly does not define, so it is left out.',
    ]);
  });

  test('whose condition is false do not exist', () => {
    const template = {
      Conditions: { Never: { 'Fn::Equals': [1, 2] } },
      Resources: {
        ...surroundings,
        Spare: { Type: 'AWS::EC2::VPC', Condition: 'Never', Properties: { CidrBlock: '10.0.0.0/8' } },
      },
    };
    expect(blueprintOf(assemblyOf({ Lab: template })).vpcs.map(({ name }) => name)).toEqual(['vpc']);
  });

  test('whose properties refer to themselves are refused, unlike those that only refer to each other', () => {
    const group = (other: string) => ({
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { GroupName: { Ref: other }, GroupDescription: 'x', VpcId: { Ref: 'Vpc' } },
    });
    const subnet = {
      Type: 'AWS::EC2::Subnet',
      Properties: { AvailabilityZone: { 'Fn::GetAtt': ['Loop', 'AvailabilityZone'] }, VpcId: { Ref: 'Vpc' } },
    };
    const circular = expect.objectContaining({ code: 'BLUEPRINT_REFERENCE_CIRCULAR' });
    expect(() => blueprintOfResources({ ...surroundings, Loop: subnet })).toThrow(circular);
    expect(() => blueprintOfResources({ ...surroundings, A: group('B'), B: group('A') })).not.toThrow();
  });

  test('in a nested stack are refused, because they would be missing', () => {
    expect(() => blueprintOfResources({ Inner: { Type: 'AWS::CloudFormation::Stack' } })).toThrow(
      'Lab/Inner (AWS::CloudFormation::Stack) is a nested stack, which the blueprint reader does not open; use a stack of its own instead.',
    );
  });

  test('are asked for an attribute that their type does not have in vain', () => {
    const Group = {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { GroupDescription: 'x', VpcId: { 'Fn::GetAtt': ['Vpc', 'Colour'] } },
    };
    expect(() => blueprintOfResources({ ...surroundings, Group })).toThrow(
      'Something refers to the attribute Colour of Lab/Vpc (AWS::EC2::VPC), which the blueprint reader does not know.',
    );
  });

  test('take the place that they are given', () => {
    const place = {
      region: 'eu-west-1',
      accountId: '123456789012',
      partition: 'aws',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    };
    const Subnet = {
      ...surroundings['Subnet']!,
      Properties: {
        VpcId: { Ref: 'Vpc' },
        CidrBlock: '10.10.0.0/24',
        AvailabilityZone: { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] },
      },
    };
    const Mesh = { Type: 'AWS::ServiceDiscovery::HttpNamespace', Properties: { Name: 'mesh' } };
    const blueprint = blueprintOfResources({ ...surroundings, Subnet, Mesh }, place);
    expect(blueprint.availabilityZones).toEqual(['eu-west-1b']);
    expect(blueprint.namespaces[0]?.arn).toMatch(
      /^arn:aws:servicediscovery:eu-west-1:123456789012:namespace\/ns-[a-z\d]{16}$/,
    );
  });
});
