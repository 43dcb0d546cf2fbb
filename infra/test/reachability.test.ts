import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { propertiesOf, synthesize } from './synthesis.ts';

const certificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d';

function pathsOf(context: Record<string, unknown>): Record<string, unknown>[] {
  const { reachability } = synthesize({ reachability: true, ...context }).switchyard;
  expect(reachability).toBeDefined();
  return propertiesOf(Template.fromStack(reachability!), 'AWS::EC2::NetworkInsightsPath').map((path) => ({
    name: path.Tags.find(({ Key }: { Key: string }) => Key === 'Name').Value,
    from: JSON.stringify(path.Source).includes('IGW') ? 'internet' : 'interface',
    to: JSON.stringify(path.Destination).includes('IGW') ? 'internet' : 'interface',
    sentTo: path.FilterAtSource.DestinationPortRange.FromPort,
    arrivesAt: path.FilterAtDestination.DestinationPortRange.FromPort,
  }));
}

describe('reachability paths', () => {
  it('are not defined by default', () => {
    expect(synthesize().switchyard.reachability).toBeUndefined();
  });

  it('lead from the internet to the load balancer, through it to each service, and from the worker to the internet', () => {
    expect(pathsOf({})).toEqual([
      { name: 'internet to load balancer', from: 'internet', to: 'interface', sentTo: 80, arrivesAt: 80 },
      { name: 'worker to internet', from: 'interface', to: 'internet', sentTo: 443, arrivesAt: 443 },
      { name: 'internet to frontend', from: 'internet', to: 'interface', sentTo: 80, arrivesAt: 3000 },
      { name: 'internet to api', from: 'internet', to: 'interface', sentTo: 80, arrivesAt: 3000 },
      { name: 'internet to worker', from: 'internet', to: 'interface', sentTo: 80, arrivesAt: 3000 },
    ]);
  });

  it('are found again when a deployment replaces the tasks, without holding the deployment up', () => {
    const { reachability, services } = synthesize({ reachability: true }).switchyard;
    const lookUps = (context: Record<string, unknown>) =>
      JSON.stringify(
        propertiesOf(Template.fromStack(synthesize(context).switchyard.reachability!), 'Custom::NetworkInterface'),
      );
    expect(JSON.stringify(Template.fromStack(reachability!).toJSON())).not.toContain('TaskDefinition');
    expect(JSON.stringify(Template.fromStack(services).toJSON()['Outputs'])).not.toContain('TaskDefinition');
    expect(lookUps({ reachability: true, targetTls: true })).not.toEqual(lookUps({ reachability: true }));
  });

  it('enter by HTTPS once there is a certificate', () => {
    const entries = pathsOf({ certificateArn, domainName: 'lab.example.com' }).filter(
      ({ from }) => from === 'internet',
    );
    expect(entries.map(({ sentTo }) => sentTo)).toEqual([443, 443, 443, 443]);
  });

  it('look for their interfaces again when the tasks are replaced', () => {
    const lookUps = (context: Record<string, unknown>): string[] => {
      const { reachability } = synthesize({ reachability: true, ...context }).switchyard;
      return propertiesOf(Template.fromStack(reachability!), 'Custom::NetworkInterface').map(({ Update }) =>
        JSON.stringify(Update),
      );
    };
    const before = lookUps({});
    const after = lookUps({ targetTls: true });
    expect(before).toHaveLength(4);
    expect(before.map((lookUp, index) => lookUp === after[index])).toEqual([true, false, false, false]);
  });
});
