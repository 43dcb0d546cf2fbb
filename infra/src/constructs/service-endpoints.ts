import { Stack } from 'aws-cdk-lib';
import {
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService as AwsService,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { comesAndGoes } from '../weak-references.ts';

export interface ServiceEndpointsProps {
  readonly vpc: IVpc;
  /** Whose route tables lead to the gateway endpoints. */
  readonly callers: SubnetSelection;
  /** Where interface endpoints have their network interfaces. */
  readonly isolatedSubnets: SubnetSelection;
  /** `gateway`: S3 and DynamoDB, which are free. `interface`: also everything that a task needs to run without a NAT gateway. */
  readonly endpoints: 'gateway' | 'interface';
  /** Whether there are container instances, whose agent needs two endpoints of its own. @default false */
  readonly runsInstances?: boolean;
}

interface InterfaceEndpoint {
  readonly id: string;
  readonly service: AwsService;
  /** What callers of this account may do through it. @default everything, for callers of any account */
  readonly actions?: readonly string[];
}

/** Cloud Map's data plane has a host name, hence an endpoint, of its own. */
const interfaceEndpoints: readonly InterfaceEndpoint[] = [
  {
    id: 'EcrApi',
    service: AwsService.ECR,
    actions: [
      'ecr:GetAuthorizationToken',
      'ecr:BatchCheckLayerAvailability',
      'ecr:GetDownloadUrlForLayer',
      'ecr:BatchGetImage',
    ],
  },
  {
    id: 'EcrDocker',
    service: AwsService.ECR_DOCKER,
    actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
  },
  {
    id: 'Logs',
    service: AwsService.CLOUDWATCH_LOGS,
    actions: ['logs:CreateLogStream', 'logs:DescribeLogGroups', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
  },
  {
    id: 'CloudMap',
    service: AwsService.CLOUD_MAP_SERVICE_DISCOVERY,
    actions: ['servicediscovery:Get*', 'servicediscovery:List*'],
  },
  {
    id: 'CloudMapData',
    service: AwsService.CLOUD_MAP_DATA_SERVICE_DISCOVERY,
    actions: ['servicediscovery:DiscoverInstances', 'servicediscovery:DiscoverInstancesRevision'],
  },
  { id: 'SsmMessages', service: AwsService.SSM_MESSAGES, actions: ['ssmmessages:*'] },
  // Service Connect's control plane, with or without TLS; source: ECS developer guide, Interface VPC endpoints. Fargate calls it with
  // credentials of its own, which a policy for this account's callers would cut off.
  { id: 'EcsAgent', service: AwsService.ECS_AGENT },
];

/**
 * What the ECS agent on an instance needs besides. Of its three only `ecs` is known to take a policy, and CloudFormation fails where one is
 * given to a service that takes none: awsdocs/amazon-ecs-developer-guide#55; `lab deploy` asks EC2 before it creates anything.
 */
const instanceEndpoints: readonly InterfaceEndpoint[] = [
  { id: 'Ecs', service: AwsService.ECS, actions: ['ecs:*'] },
  { id: 'EcsTelemetry', service: AwsService.ECS_TELEMETRY },
];

/** Ways to AWS that do not lead over the internet. */
export class ServiceEndpoints extends Construct {
  /** Of the interface endpoints: lets nobody in until a caller's group is added. Absent when there are none. */
  readonly securityGroup: SecurityGroup | undefined;

  constructor(scope: Construct, id: string, props: ServiceEndpointsProps) {
    super(scope, id);
    this.#gateways(props);
    if (props.endpoints === 'interface') this.securityGroup = this.#interfaces(props);
  }

  /**
   * Lets `caller` in, if there is anywhere to be let in. No rule of the caller's names the endpoints' group, which could not be deleted
   * then: callers are let out to anybody on 443 as it is.
   */
  letIn(caller: ISecurityGroup, name: string): void {
    // The rule is the caller's stack's, which depends on this one and not the other way round.
    this.securityGroup?.addIngressRule(caller, Port.tcp(443), `${name} to endpoints`, true);
  }

  #gateways({ vpc, callers }: ServiceEndpointsProps): void {
    const { region, account, partition } = Stack.of(this);
    const subnets = [callers];
    const s3 = new GatewayVpcEndpoint(this, 'S3', { vpc, service: GatewayVpcEndpointAwsService.S3, subnets });
    s3.addToPolicy(
      new PolicyStatement({
        sid: 'ImageLayers',
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: [`arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`],
      }),
    );
    const dynamoDb = new GatewayVpcEndpoint(this, 'DynamoDb', {
      vpc,
      service: GatewayVpcEndpointAwsService.DYNAMODB,
      subnets,
    });
    dynamoDb.addToPolicy(
      new PolicyStatement({
        sid: 'TablesOfThisAccount',
        principals: [new AnyPrincipal()],
        actions: ['dynamodb:*'],
        resources: [`arn:${partition}:dynamodb:${region}:${account}:table/*`],
        conditions: { StringEquals: { 'aws:PrincipalAccount': account } },
      }),
    );
  }

  #interfaces({ vpc, isolatedSubnets: subnets, runsInstances = false }: ServiceEndpointsProps): SecurityGroup {
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Interface endpoints: in from tasks, out to nobody',
      allowAllOutbound: false,
    });
    comesAndGoes(securityGroup);
    for (const { id, service, actions } of [...interfaceEndpoints, ...(runsInstances ? instanceEndpoints : [])]) {
      const endpoint = new InterfaceVpcEndpoint(this, id, {
        vpc,
        service,
        subnets,
        securityGroups: [securityGroup],
        open: false,
        privateDnsEnabled: true,
      });
      if (!actions) continue;
      endpoint.addToPolicy(
        new PolicyStatement({
          sid: 'CallersOfThisAccount',
          principals: [new AnyPrincipal()],
          actions: [...actions],
          resources: ['*'],
          conditions: { StringEquals: { 'aws:PrincipalAccount': Stack.of(this).account } },
        }),
      );
    }
    return securityGroup;
  }
}
