import type { Deployment } from '../cloudformation/deployment.ts';

/** Types that only add to a resource of another type: the type, the property that refers to the owner, the owner's type. */
const additions = [
  ['AWS::EC2::SecurityGroupIngress', 'GroupId', 'AWS::EC2::SecurityGroup'],
  ['AWS::EC2::SecurityGroupEgress', 'GroupId', 'AWS::EC2::SecurityGroup'],
  ['AWS::EC2::NetworkAclEntry', 'NetworkAclId', 'AWS::EC2::NetworkAcl'],
  ['AWS::EC2::SubnetNetworkAclAssociation', 'SubnetId', 'AWS::EC2::Subnet'],
  ['AWS::EC2::SubnetRouteTableAssociation', 'SubnetId', 'AWS::EC2::Subnet'],
  ['AWS::EC2::Route', 'RouteTableId', 'AWS::EC2::RouteTable'],
  ['AWS::ElasticLoadBalancingV2::Listener', 'LoadBalancerArn', 'AWS::ElasticLoadBalancingV2::LoadBalancer'],
  ['AWS::ElasticLoadBalancingV2::ListenerRule', 'ListenerArn', 'AWS::ElasticLoadBalancingV2::Listener'],
  ['AWS::ElasticLoadBalancingV2::ListenerCertificate', 'ListenerArn', 'AWS::ElasticLoadBalancingV2::Listener'],
] as const;

/** Warns of what would be lost because it adds to something that the assembly does not define. */
export function warnAboutStrays(deployment: Deployment): void {
  for (const [type, key, ownerType] of additions) {
    for (const resource of deployment.of(type)) {
      const owner = resource.properties.optionalString(key) ?? 'nothing';
      if (deployment.find(owner, ownerType) === undefined) {
        deployment.warn(resource, `adds to ${owner}, which the assembly does not define, so it is left out`);
        resource.properties.done();
      }
    }
  }
}
