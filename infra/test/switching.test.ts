import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { resourcesOf, synthesize } from './synthesis.ts';

type Context = Readonly<Record<string, unknown>>;

/** One stack as CloudFormation has it: names that it exports, and that it imports or reads from others' outputs. */
interface Deployed {
  readonly exports: ReadonlySet<string>;
  readonly imports: ReadonlySet<string>;
}

/** All stacks of the app, in the order in which they are deployed. */
function deployedWith(context: Context): Map<string, Deployed> {
  const { app } = synthesize(context).switchyard;
  const stacks = app.node.children.filter((child) => Stack.isStack(child));
  return new Map(stacks.map((stack) => [stack.stackName, deployed(Template.fromStack(stack).toJSON())]));
}

function deployed({ Outputs = {}, ...template }: Record<string, object>): Deployed {
  const exports = Object.values(Outputs).flatMap((output) => output.Export?.Name ?? []);
  return { exports: new Set(exports), imports: new Set(importsOf(template)) };
}

function importsOf(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === 'Fn::ImportValue' ? [String(member)] : importsOf(member),
  );
}

/** What CloudFormation says when stacks are updated one after the other: an export that another stack imports cannot go. */
function refusals(from: Context, to: Context): string[] {
  const standing = deployedWith(from);
  return [...deployedWith(to)].flatMap(([name, after]) => {
    const gone = [...(standing.get(name)?.exports ?? [])].filter((each) => !after.exports.has(each));
    standing.set(name, after);
    return [...standing].flatMap(([user, { imports }]) =>
      gone.filter((each) => imports.has(each)).map((each) => `${each} is in use by ${user}`),
    );
  });
}

const certificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d';
const zone = { domainName: 'lab.example.com', hostedZoneId: 'Z0123456789' };

describe('a deployed system', () => {
  it.each<[Context]>([
    [{ nat: 'none' }],
    [{ nat: 'per-zone' }],
    [{ endpoints: 'interface' }],
    [{ architecture: 'arm64' }],
    [zone],
    [{ domainName: 'lab.example.com', certificateArn }],
    [{ deletionProtection: true }],
    [{ alarmEmail: 'ops@example.com' }],
    [{ reachability: true }],
    [{ targetTls: true }],
    [{ serviceConnectTls: true }],
    [{ ...zone, nat: 'none', reachability: true, targetTls: true, serviceConnectTls: true }],
  ])('can be switched to %j and back', (context) => {
    expect(refusals({}, context)).toEqual([]);
    expect(refusals(context, {})).toEqual([]);
  });

  it('keeps the stack of its instances, which costs money, until somebody deletes it', () => {
    expect(refusals({}, { networkModes: true })).toEqual([]);
    expect(refusals({ networkModes: true }, { networkModes: true, nat: 'none' })).toEqual([]);
    expect(refusals({ networkModes: true, nat: 'none' }, { networkModes: true })).toEqual([]);
    const refused = refusals({ networkModes: true }, {});
    expect(refused).not.toEqual([]);
    for (const each of refused) expect(each).toMatch(/ is in use by Switchyard-NetworkModes$/);
  });

  it('gets a third zone, which CloudFormation does not take away again while something stands in it', () => {
    expect(refusals({}, { zones: 3 })).toEqual([]);
    expect(refusals({ zones: 3 }, {})).toContainEqual(
      expect.stringMatching(/Subnet3.* is in use by Switchyard-Services/),
    );
  });
});

describe('what is read from another stack', () => {
  /** Ids of resources of a type in one stack. */
  function idsOf(stack: 'platform' | 'services', type: string, context: Context): string[] {
    return Object.keys(resourcesOf(synthesize(context)[stack], type));
  }

  it('has another name when a switch replaces it, so that the stacks that read it are updated', () => {
    const groups = (context: Context) => idsOf('services', 'AWS::ElasticLoadBalancingV2::TargetGroup', context);
    expect(groups({}).filter((id) => groups({ targetTls: true }).includes(id))).toEqual([]);
    const certificates = (domainName: string) =>
      idsOf('platform', 'AWS::CertificateManager::Certificate', { ...zone, domainName });
    expect(certificates('a.example.com')).not.toEqual(certificates('b.example.com'));
  });

  it('does not hold up the group of the endpoints: none of its callers’ rules names it', () => {
    const { services } = synthesize({ endpoints: 'interface' });
    const egress = Object.values(resourcesOf(services, 'AWS::EC2::SecurityGroupEgress'));
    expect(JSON.stringify(egress)).not.toContain('Endpoints');
  });
});
