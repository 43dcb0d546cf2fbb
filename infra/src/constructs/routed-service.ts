import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  AppProtocol,
  AwsLogDriver,
  ContainerImage,
  FargateService,
  FargateTaskDefinition,
  Protocol as TransportProtocol,
} from 'aws-cdk-lib/aws-ecs';
import type { ContainerDefinition, ICluster } from 'aws-cdk-lib/aws-ecs';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ApplicationProtocol, ApplicationTargetGroup, TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DnsRecordType } from 'aws-cdk-lib/aws-servicediscovery';
import type { HttpNamespace, PrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import { containerPort, discovery, meshAliasOf, targets, tasks } from '../config.ts';
import type { ServiceConfig } from '../config.ts';
import { environmentOf } from '../environment.ts';
import type { TieredVpc } from './tiered-vpc.ts';

export interface RoutedServiceProps {
  readonly service: ServiceConfig;
  readonly cluster: ICluster;
  readonly network: TieredVpc;
  /** Where the service gets a name that Cloud Map's DNS answers. */
  readonly namespace: PrivateDnsNamespace;
  /** Where Service Connect's proxies find it. */
  readonly mesh: HttpNamespace;
  /** Folder that holds the Dockerfile. */
  readonly repositoryRoot: string;
}

/**
 * One service on Fargate, found in three ways: as a target of the load balancer, by its name in Cloud Map and by its alias in
 * Service Connect. Its security group lets nobody in until somebody is allowed to connect.
 */
export class RoutedService extends Construct {
  readonly service: FargateService;
  readonly targetGroup: ApplicationTargetGroup;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: RoutedServiceProps) {
    super(scope, id);
    const { service, network } = props;
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: `Tasks of ${service.name}`,
      allowAllOutbound: false,
    });
    const taskDefinition = this.#taskDefinition(props);
    this.service = this.#service(props, taskDefinition);
    this.targetGroup = this.#targetGroup(props);
    this.targetGroup.addTarget(
      this.service.loadBalancerTarget({ containerName: service.name, containerPort, protocol: TransportProtocol.TCP }),
    );
  }

  /** Lets this service open connections to `callee`, on the port that the callee listens on, and nothing more. */
  allowToCall(callee: RoutedService): void {
    const words = `${this.node.id} to ${callee.node.id}`;
    this.securityGroup.connections.allowTo(callee.securityGroup, Port.tcp(containerPort), words);
  }

  #taskDefinition({ service, repositoryRoot }: RoutedServiceProps): FargateTaskDefinition {
    const taskDefinition = new FargateTaskDefinition(this, 'TaskDefinition', {
      family: service.name,
      cpu: service.cpu,
      memoryLimitMiB: service.memoryMiB,
    });
    taskDefinition.addContainer(service.name, {
      image: ContainerImage.fromAsset(repositoryRoot, {
        buildArgs: { TARGET: service.target },
        platform: Platform.LINUX_AMD64,
      }),
      environment: environmentOf(service),
      portMappings: [{ name: service.name, containerPort, appProtocol: AppProtocol.http }],
      stopTimeout: Duration.seconds(tasks.stopTimeoutSeconds),
      logging: this.#logDriver(),
    });
    Validations.of(taskDefinition).acknowledge(
      { id: 'AwsSolutions-ECS2', reason: 'Names, ports and paths are no secrets; the sample application has none.' },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'ecr:GetAuthorizationToken, which the execution role needs to pull, allows no narrower resource.',
      },
    );
    return taskDefinition;
  }

  #logDriver(): AwsLogDriver {
    const logGroup = new LogGroup(this, 'Logs', {
      retention: tasks.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return new AwsLogDriver({ logGroup, streamPrefix: 'task' });
  }

  #service(props: RoutedServiceProps, taskDefinition: FargateTaskDefinition): FargateService {
    const { service, cluster, network, namespace, mesh } = props;
    return new FargateService(this, 'Service', {
      serviceName: service.name,
      cluster,
      taskDefinition,
      desiredCount: service.desiredCount,
      vpcSubnets: network.privateSubnets,
      securityGroups: [this.securityGroup],
      assignPublicIp: false,
      minHealthyPercent: tasks.minHealthyPercent,
      maxHealthyPercent: tasks.maxHealthyPercent,
      circuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriod: Duration.seconds(tasks.healthCheckGraceSeconds),
      cloudMapOptions: {
        name: service.name,
        cloudMapNamespace: namespace,
        dnsTtl: Duration.seconds(discovery.ttlSeconds),
        ...recordOf(service, taskDefinition.defaultContainer),
      },
      serviceConnectConfiguration: {
        namespace: mesh.namespaceName,
        services: [
          {
            portMappingName: service.name,
            discoveryName: service.name,
            dnsName: meshAliasOf(service.name),
            port: containerPort,
          },
        ],
      },
    });
  }

  #targetGroup({ service, network }: RoutedServiceProps): ApplicationTargetGroup {
    return new ApplicationTargetGroup(this, 'TargetGroup', {
      vpc: network.vpc,
      targetType: TargetType.IP,
      protocol: ApplicationProtocol.HTTP,
      port: containerPort,
      healthCheck: {
        path: targets.healthCheckPath,
        healthyHttpCodes: targets.healthyHttpCodes,
        interval: Duration.seconds(targets.intervalSeconds),
        timeout: Duration.seconds(targets.timeoutSeconds),
        healthyThresholdCount: targets.healthyThresholdCount,
        unhealthyThresholdCount: targets.unhealthyThresholdCount,
      },
      deregistrationDelay: Duration.seconds(targets.deregistrationDelaySeconds),
      stickinessCookieDuration: service.sticky ? Duration.seconds(targets.stickinessSeconds) : undefined,
    });
  }
}

/** An SRV record names a container and its port; an A record only the task's address. */
function recordOf(service: ServiceConfig, container: ContainerDefinition | undefined) {
  return service.recordType === 'SRV'
    ? { dnsRecordType: DnsRecordType.SRV as const, container, containerPort }
    : { dnsRecordType: DnsRecordType.A as const };
}
