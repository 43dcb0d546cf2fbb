import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  AlarmBehavior,
  AvailabilityZoneRebalancing,
  AwsLogDriver,
  FargateService,
  PropagatedTagSource,
  Protocol as TransportProtocol,
  ServiceConnectAccessLogFormat,
} from 'aws-cdk-lib/aws-ecs';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationProtocol,
  ApplicationTargetGroup,
  Protocol as HealthCheckProtocol,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { DnsRecordType } from 'aws-cdk-lib/aws-servicediscovery';
import type { HttpNamespace, PrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import { alarms, containerPort, discovery, encryption, meshAliasOf, scaling, targets, tasks } from '../config.ts';
import type { ServiceConfig } from '../config.ts';
import { targetMetric } from '../metrics.ts';
import type { MeshEncryption } from './mesh-encryption.ts';
import { RunbookAlarm } from './runbook-alarm.ts';
import { ServiceTask } from './service-task.ts';
import type { TieredVpc } from './tiered-vpc.ts';

export interface RoutedServiceProps {
  readonly service: ServiceConfig;
  readonly cluster: ICluster;
  readonly network: TieredVpc;
  readonly loadBalancer: ApplicationLoadBalancer;
  /** Where the service gets a name that Cloud Map's DNS answers. */
  readonly namespace: PrivateDnsNamespace;
  /** Where Service Connect's proxies find it. */
  readonly mesh: HttpNamespace;
  /** What Service Connect's proxies write to. */
  readonly proxyLogs: ILogGroup;
  /** Folder that holds the Dockerfile. */
  readonly repositoryRoot: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** Whether the load balancer speaks HTTPS to it. @default false */
  readonly targetTls?: boolean;
  /** With it, calls through Service Connect are encrypted. @default they are not */
  readonly meshEncryption?: MeshEncryption;
}

/**
 * One service on Fargate, found in three ways: as a target of the load balancer, by its name in Cloud Map and by its alias in
 * Service Connect. Its security group lets nobody in until somebody is allowed to connect. A deployment whose tasks do not start, or
 * answer with errors, is rolled back.
 */
export class RoutedService extends Construct {
  readonly service: FargateService;
  readonly task: ServiceTask;
  readonly targetGroup: ApplicationTargetGroup;
  readonly securityGroup: SecurityGroup;
  readonly logGroup: LogGroup;
  /** Where the load balancer connects to. */
  readonly targetPort: number;
  /** Answers of the 5xx class; rolls a deployment back. */
  readonly errors: RunbookAlarm;
  readonly #meshEncryption: MeshEncryption | undefined;

  constructor(scope: Construct, id: string, props: RoutedServiceProps) {
    super(scope, id);
    const { service, network, loadBalancer, targetTls = false } = props;
    this.#meshEncryption = props.meshEncryption;
    this.targetPort = targetTls ? encryption.targetPort : containerPort;
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: `Tasks of ${service.name}`,
      allowAllOutbound: false,
    });
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: tasks.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.targetGroup = this.#targetGroup(props);
    this.errors = new RunbookAlarm(this, 'Errors', {
      meaning: `The ${service.name} answers with errors.`,
      runbook: 'target-errors',
      metric: targetMetric({ loadBalancer, targetGroup: this.targetGroup }, 'HTTPCode_Target_5XX_Count', Stats.SUM),
      threshold: alarms.errorsPerMinute,
      datapoints: 2,
    });
    this.task = new ServiceTask(this, 'Task', { ...props, logGroup: this.logGroup });
    this.service = this.#service(props);
    this.targetGroup.addTarget(
      this.service.loadBalancerTarget({
        containerName: service.name,
        containerPort: this.targetPort,
        protocol: TransportProtocol.TCP,
      }),
    );
  }

  /**
   * Lets this service open connections to `callee`, on the ports where it and its proxy listen, and nothing more. It is deployed after
   * it: which names its proxies know is fixed when its deployment begins.
   */
  allowToCall(callee: RoutedService): void {
    this.service.node.addDependency(callee.service);
    const words = `${this.node.id} to ${callee.node.id}`;
    this.securityGroup.connections.allowTo(callee.securityGroup, Port.tcp(containerPort), words);
    if (!callee.#meshEncryption) return;
    const port = Port.tcp(encryption.meshPort);
    this.securityGroup.connections.allowTo(callee.securityGroup, port, `${words}, encrypted`);
  }

  /**
   * Follows the load with the number of tasks. The service itself names no number: with one, each deployment would go back to it under
   * load. Call it once the target group is behind a listener, which the metric needs.
   */
  scaleWithLoad(): void {
    const count = this.service.autoScaleTaskCount({ minCapacity: scaling.tasksMin, maxCapacity: scaling.tasksMax });
    count.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: scaling.cpuPercent });
    count.scaleOnRequestCount('Requests', {
      requestsPerTarget: scaling.requestsPerTarget,
      targetGroup: this.targetGroup,
    });
  }

  #service(props: RoutedServiceProps): FargateService {
    const { service, cluster, network, namespace } = props;
    return new FargateService(this, 'Service', {
      serviceName: service.name,
      cluster,
      taskDefinition: this.task.taskDefinition,
      vpcSubnets: network.privateSubnets,
      securityGroups: [this.securityGroup],
      assignPublicIp: false,
      minHealthyPercent: tasks.minHealthyPercent,
      maxHealthyPercent: tasks.maxHealthyPercent,
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
      circuitBreaker: { enable: true, rollback: true },
      deploymentAlarms: {
        alarmNames: [this.errors.alarm.alarmName],
        behavior: AlarmBehavior.ROLLBACK_ON_ALARM,
      },
      healthCheckGracePeriod: Duration.seconds(tasks.healthCheckGraceSeconds),
      enableExecuteCommand: true,
      propagateTags: PropagatedTagSource.SERVICE,
      cloudMapOptions: {
        name: service.name,
        cloudMapNamespace: namespace,
        dnsTtl: Duration.seconds(discovery.ttlSeconds),
        ...this.#record(service),
      },
      serviceConnectConfiguration: serviceConnectOf(props),
    });
  }

  /** An SRV record names a container and its port; an A record only the task's address. */
  #record({ recordType }: ServiceConfig) {
    return recordType === 'SRV'
      ? { dnsRecordType: DnsRecordType.SRV as const, container: this.task.container, containerPort }
      : { dnsRecordType: DnsRecordType.A as const };
  }

  #targetGroup({ service, network, targetTls }: RoutedServiceProps): ApplicationTargetGroup {
    // Its protocol can only be changed by another target group; with an id of its own, alarms and graphs follow.
    return new ApplicationTargetGroup(this, targetTls ? 'TargetGroupTls' : 'TargetGroup', {
      vpc: network.vpc,
      targetType: TargetType.IP,
      // An Application Load Balancer encrypts but takes any certificate; source: its user guide, Target groups.
      protocol: targetTls ? ApplicationProtocol.HTTPS : ApplicationProtocol.HTTP,
      port: this.targetPort,
      healthCheck: {
        protocol: targetTls ? HealthCheckProtocol.HTTPS : undefined,
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

function serviceConnectOf({ service: { name }, mesh, meshEncryption, proxyLogs }: RoutedServiceProps) {
  const encrypted = meshEncryption && {
    ingressPortOverride: encryption.meshPort,
    tls: {
      awsPcaAuthorityArn: meshEncryption.authorityArn,
      kmsKey: meshEncryption.key,
      role: meshEncryption.role,
    },
  };
  const alias = { portMappingName: name, discoveryName: name, dnsName: meshAliasOf(name), port: containerPort };
  return {
    namespace: mesh.namespaceName,
    services: [{ ...alias, ...encrypted }],
    logDriver: new AwsLogDriver({ logGroup: proxyLogs, streamPrefix: name }),
    accessLogConfiguration: { format: ServiceConnectAccessLogFormat.JSON, includeQueryParameters: false },
  };
}
