import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serviceNames } from '../src/config.ts';
import { logicalIdOf, propertiesOf, repositoryRoot, resourcesOf, synthesize } from './synthesis.ts';
import type { Resource, Templates } from './synthesis.ts';

const templates = synthesize();
const { services, observability } = templates;

function alarmsOf({ services, observability }: Templates): Resource['Properties'][] {
  return [services, observability].flatMap((template) => propertiesOf(template, 'AWS::CloudWatch::Alarm'));
}

describe('an alarm', () => {
  const own = alarmsOf(templates);

  it('says what is wrong and where it is written what to do', () => {
    for (const alarm of own) {
      expect(alarm.AlarmDescription).toMatch(/^[A-Z][^.]+\. See docs\/operations\.md#[a-z-]+$/);
    }
  });

  it('links to its entry, and the dashboard to the guide, once it is known where that is read', () => {
    const docsUrl = 'https://git.example.com/lab/-/blob/main/docs';
    const linked = synthesize({ docsUrl: `${docsUrl}/` });
    for (const alarm of alarmsOf(linked)) {
      expect(alarm.AlarmDescription).toMatch(/^[A-Z][^.]+\. See https:\/\/\S+\/docs\/operations\.md#[a-z-]+$/);
    }
    const [{ DashboardBody }] = propertiesOf(linked.observability, 'AWS::CloudWatch::Dashboard') as [
      Resource['Properties'],
    ];
    expect(JSON.stringify(DashboardBody)).toContain(`is off: ${docsUrl}/operations.md`);
  });

  it('has an entry in the operations guide, and every entry an alarm', () => {
    const guide = readFileSync(join(repositoryRoot, 'docs/operations.md'), 'utf8');
    const entries = [...guide.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    const links = own.map((alarm) => alarm.AlarmDescription.replace(/^.*docs\/operations\.md#/, ''));
    expect(entries).toHaveLength(new Set(entries).size);
    expect(new Set(entries)).toEqual(new Set(links));
    for (const part of ['**Meaning.**', '**First commands.**', '**Likely causes.**', '**In the lab.**']) {
      expect(guide.split(part)).toHaveLength(entries.length + 1);
    }
  });

  it('exists for everything that an operator must know', () => {
    const anchors: string[] = own.map((alarm) => alarm.AlarmDescription.replace(/^.*#/, ''));
    expect(anchors.sort()).toEqual(
      [
        ...serviceNames.flatMap(() => [
          'memory',
          'slow-responses',
          'target-errors',
          'too-few-tasks',
          'unhealthy-targets',
        ]),
        'load-balancer-errors',
        'nat-port-allocation',
        'rejected-flows',
      ].sort(),
    );
  });

  it('does not ring for want of traffic', () => {
    for (const alarm of own) expect(alarm.TreatMissingData).toBe('notBreaching');
  });

  it('counts the tasks that are missing against those that scaling desires at the time', () => {
    const missing = own.filter((alarm) => alarm.AlarmDescription.endsWith('#too-few-tasks'));
    for (const { Metrics, Threshold, ComparisonOperator } of missing) {
      const names = Metrics.map((each: Resource['Properties']) => each.Expression ?? each.MetricStat.Metric.MetricName);
      expect(names).toEqual(['desired - running', 'DesiredTaskCount', 'RunningTaskCount']);
      expect([ComparisonOperator, Threshold]).toEqual(['GreaterThanOrEqualToThreshold', 1]);
    }
  });

  it('is sent nowhere by default', () => {
    for (const alarm of own) expect(alarm.AlarmActions).toBeUndefined();
  });

  it('is sent to an address when one is given, each of them', () => {
    const withAddress = synthesize({ alarmEmail: 'ops@example.com' });
    expect(propertiesOf(withAddress.platform, 'AWS::SNS::Subscription')).toMatchObject([
      { Protocol: 'email', Endpoint: 'ops@example.com' },
    ]);
    for (const alarm of alarmsOf(withAddress)) {
      expect(alarm.AlarmActions.map((action: Record<string, unknown>) => logicalIdOf(action))).toEqual([
        expect.stringContaining('Alarms'),
      ]);
    }
  });
});

describe('the topic of alarms', () => {
  it('lets CloudWatch publish for this account, and nobody without TLS', () => {
    const { platform } = synthesize({ alarmEmail: 'ops@example.com' });
    const [{ PolicyDocument }] = propertiesOf(platform, 'AWS::SNS::TopicPolicy') as [Resource['Properties']];
    expect(PolicyDocument.Statement).toMatchObject([
      { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      {
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });
});

describe('the NAT alarm', () => {
  it.each([
    ['none', 0],
    ['one', 1],
    ['per-zone', 2],
  ])('exists for each gateway of NAT %s', (nat, count) => {
    const found = alarmsOf(synthesize({ nat })).filter((alarm) => alarm.MetricName === 'ErrorPortAllocation');
    expect(found).toHaveLength(count);
  });
});

describe('rejected flows', () => {
  it('are counted when they begin in the VPC', () => {
    const [filter] = propertiesOf(observability, 'AWS::Logs::MetricFilter');
    expect(filter.FilterPattern).toContain('srcaddr = "10.10.*"');
    expect(filter.FilterPattern).toContain('action = "REJECT"');
    expect(filter.MetricTransformations).toMatchObject([{ MetricName: 'RejectedFlows', MetricValue: '1' }]);
  });

  it('are read from records in the order in which the flow log writes them', () => {
    const [{ LogFormat }] = propertiesOf(templates.network, 'AWS::EC2::FlowLog') as [{ LogFormat: string }];
    const written = [...LogFormat.matchAll(/\$\{([a-z-]+)\}/g)].map(([, field]) => field?.replaceAll('-', '_'));
    const [{ FilterPattern }] = propertiesOf(observability, 'AWS::Logs::MetricFilter') as [{ FilterPattern: string }];
    const read = FilterPattern.slice(1, -1)
      .split(',')
      .map((column) => column.trim().replace(/ .*$/, ''));
    expect(read).toEqual(written);
  });
});

describe('the dashboard', () => {
  const [{ DashboardBody }] = propertiesOf(observability, 'AWS::CloudWatch::Dashboard') as [{ DashboardBody: object }];
  const body = JSON.stringify(DashboardBody);

  it.each([
    ['requests', 'RequestCount'],
    ['latency percentiles', 'p99'],
    ['errors of the load balancer', 'HTTPCode_ELB_5XX_Count'],
    ['errors of the services', 'HTTPCode_Target_5XX_Count'],
    ['healthy hosts', 'HealthyHostCount'],
    ['CPU', 'CPUUtilization'],
    ['memory', 'MemoryUtilization'],
    ['Service Connect', 'TargetDiscoveryName'],
    ['bytes through NAT gateways', 'BytesOutToDestination'],
    ['bytes through interface endpoints', 'AWS/PrivateLinkEndpoints'],
    ['rejected flows', 'RejectedFlows'],
    ['what the services measure themselves', 'Switchyard/Services'],
    ['what discovery costs', 'LookUpLatency'],
  ])('shows %s', (_what, name) => {
    expect(body).toContain(name);
  });
});

describe('saved queries', () => {
  const queries = Object.fromEntries(
    propertiesOf(observability, 'AWS::Logs::QueryDefinition').map((query) => [query.Name, query]),
  );

  it.each([
    ['switchyard/rejected-flows', ['Flows'], 'REJECT'],
    ['switchyard/top-talkers', ['Flows'], 'sum(bytes)'],
    ['switchyard/slow-requests-by-hop', ['frontend', 'api', 'worker'], 'pct(ms, 99)'],
    ['switchyard/one-request-by-trace-id', ['frontend', 'api', 'worker'], 'traceId'],
    ['switchyard/service-connect-calls', ['ProxyLogs'], 'duration_ms'],
  ])('%s asks %j', (name, logGroups, question) => {
    expect(queries[name].QueryString).toContain(question);
    expect(queries[name].LogGroupNames.map((group: Record<string, unknown>) => logicalIdOf(group))).toEqual(
      logGroups.map((group) => expect.stringContaining(group)),
    );
  });
});

describe('the query for one request', () => {
  it('names what is to be replaced, as the operations guide does', () => {
    const query = propertiesOf(observability, 'AWS::Logs::QueryDefinition').find(
      ({ Name }) => Name === 'switchyard/one-request-by-trace-id',
    );
    expect(query.QueryString).toContain('traceId = "PUT-THE-TRACE-ID-HERE"');
    expect(readFileSync(join(repositoryRoot, 'docs/operations.md'), 'utf8')).toContain('`PUT-THE-TRACE-ID-HERE`');
  });
});

describe('a resource that holds data', () => {
  it('goes with its stack', () => {
    for (const template of [templates.network, templates.platform, services, observability]) {
      const kept = Object.entries(template.toJSON()['Resources'] as Record<string, Resource>).filter(
        ([, { DeletionPolicy }]) => DeletionPolicy !== undefined && DeletionPolicy !== 'Delete',
      );
      expect(kept.map(([id]) => id)).toEqual([]);
    }
    for (const [id, group] of Object.entries(resourcesOf(services, 'AWS::Logs::LogGroup'))) {
      expect([id, group.DeletionPolicy]).toEqual([id, 'Delete']);
    }
  });
});
