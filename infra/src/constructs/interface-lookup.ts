import { Validations } from 'aws-cdk-lib';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface InterfaceLookupProps {
  readonly securityGroup: ISecurityGroup;
  /** The look-up is repeated when this changes. */
  readonly version: string;
  /** What the function that looks writes to. All look-ups of a stack share that function. */
  readonly logGroup: ILogGroup;
}

const output = 'NetworkInterfaces.0.NetworkInterfaceId';

/** The id of a network interface, any of those that carry a security group while the stack is deployed: ECS and ELB make them, not CloudFormation. */
export class InterfaceLookup extends Construct {
  readonly networkInterfaceId: string;

  constructor(scope: Construct, id: string, { securityGroup, version, logGroup }: InterfaceLookupProps) {
    super(scope, id);
    const lookup = new AwsCustomResource(this, 'Lookup', {
      resourceType: 'Custom::NetworkInterface',
      logGroup,
      onUpdate: {
        service: 'EC2',
        action: 'describeNetworkInterfaces',
        parameters: {
          Filters: [
            { Name: 'group-id', Values: [securityGroup.securityGroupId] },
            { Name: 'status', Values: ['in-use'] },
          ],
        },
        outputPaths: [output],
        physicalResourceId: PhysicalResourceId.of(version),
      },
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({ actions: ['ec2:DescribeNetworkInterfaces'], resources: ['*'] }),
      ]),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ec2:DescribeNetworkInterfaces allows no narrower resource.',
    });
    this.networkInterfaceId = lookup.getResponseField(output);
  }
}
