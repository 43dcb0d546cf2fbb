import { Stack, Tags, Validations } from 'aws-cdk-lib';
import { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  InstanceType,
  LaunchTemplate,
  LaunchTemplateHttpTokens,
  Peer,
  Port,
  SecurityGroup,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import {
  AmiHardwareType,
  AsgCapacityProvider,
  CfnClusterCapacityProviderAssociations,
  EcsOptimizedImage,
} from 'aws-cdk-lib/aws-ecs';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { clusterName } from '../config.ts';
import type { TieredVpc } from './tiered-vpc.ts';

export interface ContainerInstancesProps {
  readonly network: TieredVpc;
  readonly cluster: ICluster;
  readonly architecture: 'x86_64' | 'arm64';
  readonly instanceType: string;
  /** One for each zone, and one more while one is replaced. */
  readonly count: number;
}

/**
 * EC2 instances that run containers: in private subnets, with nobody's key, no open port and IMDSv2 only, out of reach of the containers in
 * bridge mode. The capacity provider adds instances when tasks find no place and drains one before it goes.
 */
export class ContainerInstances extends Construct {
  readonly securityGroup: SecurityGroup;
  readonly capacityProvider: AsgCapacityProvider;
  readonly autoScalingGroup: AutoScalingGroup;

  constructor(scope: Construct, id: string, props: ContainerInstancesProps) {
    super(scope, id);
    const { network, cluster, count } = props;
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'Container instances: in from load balancers and callers, out to AWS',
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'Images, logs and the AWS APIs');
    this.autoScalingGroup = new AutoScalingGroup(this, 'Group', {
      vpc: network.vpc,
      vpcSubnets: network.privateSubnets,
      launchTemplate: this.#launchTemplate(props),
      minCapacity: count,
      maxCapacity: count + 1,
    });
    Validations.of(this.autoScalingGroup).acknowledge({
      id: 'AwsSolutions-AS3',
      reason: 'ECS itself starts and ends these instances, and says so in the services’ events.',
    });
    this.capacityProvider = new AsgCapacityProvider(this, 'CapacityProvider', {
      autoScalingGroup: this.autoScalingGroup,
      enableManagedDraining: true,
      // ECS never takes the protection off again, so that deleting the stack would hang: aws/containers-roadmap#2862.
      enableManagedTerminationProtection: false,
    });
    // oxlint-disable-next-line no-new -- a construct registers itself with its scope
    new CfnClusterCapacityProviderAssociations(this, 'Association', {
      cluster: cluster.clusterName,
      capacityProviders: [this.capacityProvider.capacityProviderName],
      defaultCapacityProviderStrategy: [],
    });
    Tags.of(this).add('Name', 'switchyard container instance');
  }

  #launchTemplate(props: ContainerInstancesProps): LaunchTemplate {
    const { cluster, architecture, instanceType } = props;
    const userData = UserData.forLinux();
    userData.addCommands(`echo ECS_CLUSTER=${cluster.clusterName} >> /etc/ecs/ecs.config`);
    return new LaunchTemplate(this, 'LaunchTemplate', {
      machineImage: EcsOptimizedImage.amazonLinux2023(
        architecture === 'arm64' ? AmiHardwareType.ARM : AmiHardwareType.STANDARD,
      ),
      instanceType: new InstanceType(instanceType),
      userData,
      role: this.#role(props),
      securityGroup: this.securityGroup,
      associatePublicIpAddress: false,
      httpTokens: LaunchTemplateHttpTokens.REQUIRED,
      httpPutResponseHopLimit: 1,
      detailedMonitoring: true,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(30, { encrypted: true, volumeType: EbsDeviceVolumeType.GP3 }),
        },
      ],
    });
  }

  /** What the ECS agent does; images and logs are the tasks' own execution role's. */
  #role({ cluster }: ContainerInstancesProps): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    const instances = Stack.of(this).formatArn({
      service: 'ecs',
      resource: 'container-instance',
      resourceName: `${clusterName}/*`,
    });
    const statement = (sid: string, actions: string[], resource: string): void => {
      role.addToPolicy(
        new PolicyStatement({ sid, actions: actions.map((action) => `ecs:${action}`), resources: [resource] }),
      );
    };
    statement('FindTheAgentsEndpoint', ['DiscoverPollEndpoint'], '*');
    statement(
      'BelongToTheCluster',
      [
        'RegisterContainerInstance',
        'DeregisterContainerInstance',
        'SubmitAttachmentStateChanges',
        'SubmitContainerStateChange',
        'SubmitTaskStateChange',
      ],
      cluster.clusterArn,
    );
    statement(
      'HearWhatToDo',
      ['Poll', 'StartTelemetrySession', 'PutSystemLogEvents', 'UpdateContainerInstancesState'],
      instances,
    );
    Validations.of(role).acknowledge(
      { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'ecs:DiscoverPollEndpoint allows no narrower resource.' },
      {
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:container-instance/${clusterName}/*]`,
        reason: 'An instance’s id is known once it has registered; the cluster is named.',
      },
    );
    return role;
  }
}
