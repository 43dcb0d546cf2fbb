import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  AppProtocol,
  AwsLogDriver,
  BuiltInAttributes,
  ContainerImage,
  Ec2Service,
  Ec2TaskDefinition,
  NetworkMode,
  PlacementStrategy,
  PropagatedTagSource,
} from 'aws-cdk-lib/aws-ecs';
import type { ContainerDefinition, ICluster } from 'aws-cdk-lib/aws-ecs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DnsRecordType } from 'aws-cdk-lib/aws-servicediscovery';
import type { INamespace } from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import { containerPort, discovery, networkModes, targets, tasks } from '../config.ts';
import type { ServiceConfig } from '../config.ts';
import { environmentOf } from '../environment.ts';
import { healthProbeOf } from '../health-probe.ts';

export interface InstanceServiceProps {
  readonly cluster: ICluster;
  /** What its tasks run. */
  readonly service: ServiceConfig;
  /** Of the ECS service, the task definition and the container. */
  readonly name: string;
  readonly networkMode: NetworkMode.BRIDGE | NetworkMode.HOST;
  /** The instance's port; 0: any that is free. */
  readonly hostPort: number;
  readonly desiredCount: number;
  readonly isBehindLoadBalancer: boolean;
  /** How it is found, in words. */
  readonly route: string;
  /** Adds instances when tasks find no place. @default ECS says in an event that there is none */
  readonly capacityProviderName?: string;
  /** Gives it an SRV record: an address alone would not say the port. @default none; behind a Classic Load Balancer ECS allows none */
  readonly namespace?: INamespace;
  /** Whether ECS runs a check inside the container, too; behind a Classic Load Balancer it does not. */
  readonly checksContainer: boolean;
  /** Folder that holds the Dockerfile. */
  readonly repositoryRoot: string;
  readonly architecture: 'x86_64' | 'arm64';
}

/** One service on EC2 instances, whose tasks share the instances' addresses. */
export class InstanceService extends Construct {
  readonly service: Ec2Service;
  readonly taskDefinition: Ec2TaskDefinition;

  constructor(scope: Construct, id: string, props: InstanceServiceProps) {
    super(scope, id);
    const { name, networkMode, namespace, capacityProviderName, desiredCount } = props;
    this.taskDefinition = new Ec2TaskDefinition(this, 'TaskDefinition', { family: name, networkMode });
    Validations.of(this.taskDefinition).acknowledge(
      { id: 'AwsSolutions-ECS2', reason: 'Names, ports and paths are no secrets; the sample application has none.' },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'Of the execution role: ecr:GetAuthorizationToken allows no narrower resource.',
      },
    );
    const container = this.#container(props);
    const isFixed = props.hostPort !== 0;
    this.service = new Ec2Service(this, 'Service', {
      serviceName: name,
      cluster: props.cluster,
      taskDefinition: this.taskDefinition,
      desiredCount,
      ...(capacityProviderName && {
        capacityProviderStrategies: [{ capacityProvider: capacityProviderName, weight: 1 }],
      }),
      // Where every instance's port is taken, the old task must go before the new one comes.
      minHealthyPercent: isFixed ? 50 : tasks.minHealthyPercent,
      maxHealthyPercent: isFixed ? 100 : tasks.maxHealthyPercent,
      ...(props.isBehindLoadBalancer && {
        healthCheckGracePeriod: Duration.seconds(tasks.healthCheckGraceSeconds),
      }),
      circuitBreaker: { enable: true, rollback: true },
      placementStrategies: [
        PlacementStrategy.spreadAcross(BuiltInAttributes.AVAILABILITY_ZONE),
        PlacementStrategy.spreadAcrossInstances(),
      ],
      propagateTags: PropagatedTagSource.SERVICE,
      ...(namespace && {
        cloudMapOptions: {
          name,
          cloudMapNamespace: namespace,
          dnsTtl: Duration.seconds(discovery.ttlSeconds),
          dnsRecordType: DnsRecordType.SRV,
          container,
          containerPort,
        },
      }),
    });
  }

  #container(props: InstanceServiceProps): ContainerDefinition {
    const { service, name, networkMode, hostPort, repositoryRoot, architecture } = props;
    const { intervalSeconds, timeoutSeconds, startPeriodSeconds, retries } = tasks.healthCheck;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: tasks.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return this.taskDefinition.addContainer(name, {
      image: ContainerImage.fromAsset(repositoryRoot, {
        buildArgs: { TARGET: service.target },
        platform: architecture === 'arm64' ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
      }),
      cpu: networkModes.cpu,
      memoryLimitMiB: networkModes.memoryMiB,
      environment: { ...environmentOf(service), SERVICE_NAME: name, ALB_ROUTE: props.route },
      portMappings: [
        {
          containerPort,
          // Both names are Service Connect's, which does not go with host mode.
          ...(networkMode === NetworkMode.BRIDGE && { hostPort, name, appProtocol: AppProtocol.http }),
        },
      ],
      ...(props.checksContainer && {
        healthCheck: {
          command: healthProbeOf(containerPort, targets.healthCheckPath),
          interval: Duration.seconds(intervalSeconds),
          timeout: Duration.seconds(timeoutSeconds),
          startPeriod: Duration.seconds(startPeriodSeconds),
          retries,
        },
      }),
      readonlyRootFilesystem: true,
      stopTimeout: Duration.seconds(tasks.stopTimeoutSeconds),
      logging: new AwsLogDriver({ logGroup, streamPrefix: 'task' }),
    });
  }
}
