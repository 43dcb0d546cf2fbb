import { createHash } from 'node:crypto';
import { Duration, Lazy, Stack, Validations } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  AppProtocol,
  AwsLogDriver,
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
} from 'aws-cdk-lib/aws-ecs';
import type { CfnTaskDefinition, ContainerDefinition } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { containerPort, discovery, encryption, targets, tasks } from '../config.ts';
import type { ServiceConfig } from '../config.ts';
import { environmentOf } from '../environment.ts';
import { healthProbeOf } from '../health-probe.ts';

export interface ServiceTaskProps {
  readonly service: ServiceConfig;
  /** Folder that holds the Dockerfile. */
  readonly repositoryRoot: string;
  /** What the image is built for and the task runs on. */
  readonly architecture: 'x86_64' | 'arm64';
  readonly logGroup: ILogGroup;
  /** Whether it speaks HTTPS, too, for the load balancer. @default false */
  readonly targetTls?: boolean;
}

/**
 * Where the agent of ECS Exec writes. AWS does not support Exec on a read-only root file system (ECS developer guide, ECS Exec, Considerations);
 * with these paths writable it is reported to work: aws/containers-roadmap#1359 and #2824, aws-containers/amazon-ecs-exec-checker#71.
 */
const writableForExec = ['/managed-agents', '/var/lib/amazon/ssm', '/var/log/amazon/ssm'];

/**
 * What one task of a service is: a single container on a root file system that nobody can write to, which ECS checks from inside
 * and people can enter with ECS Exec, under a role that allows what the service does and no more.
 */
export class ServiceTask extends Construct {
  readonly taskDefinition: FargateTaskDefinition;
  readonly container: ContainerDefinition;

  constructor(scope: Construct, id: string, props: ServiceTaskProps) {
    super(scope, id);
    const { service, architecture } = props;
    this.taskDefinition = new FargateTaskDefinition(this, 'TaskDefinition', {
      family: service.name,
      cpu: service.cpu,
      memoryLimitMiB: service.memoryMiB,
      runtimePlatform: { cpuArchitecture: architecture === 'arm64' ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64 },
    });
    this.container = this.#container(props);
    this.#makeWritable(writableForExec);
    this.#allowExecLogs(props.logGroup);
    if (service.discoversInstances) this.#allowDiscovery();
    Validations.of(this.taskDefinition).acknowledge(
      { id: 'AwsSolutions-ECS2', reason: 'Names, ports and paths are no secrets; the sample application has none.' },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'ecr:GetAuthorizationToken, ssmmessages:*, logs:DescribeLogGroups and servicediscovery:DiscoverInstances allow no narrower resource; the last is bound to the namespace by a condition.',
      },
    );
  }

  /**
   * Another text for every change that replaces the tasks. Unlike the task definition's ARN it is known in advance, so another stack may use
   * it: CloudFormation refuses to change an export, as that of a new revision would be, while it is imported.
   */
  get fingerprint(): string {
    const { taskDefinition } = this;
    return Lazy.string({
      produce: () => {
        const { containerDefinitions, cpu, memory } = taskDefinition.node.defaultChild as CfnTaskDefinition;
        const resolved = Stack.of(taskDefinition).resolve([containerDefinitions, cpu, memory]) as unknown;
        return createHash('sha256').update(JSON.stringify(resolved)).digest('hex');
      },
    });
  }

  #container({ service, repositoryRoot, architecture, logGroup, targetTls }: ServiceTaskProps): ContainerDefinition {
    const { intervalSeconds, timeoutSeconds, startPeriodSeconds, retries } = tasks.healthCheck;
    return this.taskDefinition.addContainer(service.name, {
      image: ContainerImage.fromAsset(repositoryRoot, {
        buildArgs: { TARGET: service.target },
        platform: architecture === 'arm64' ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
      }),
      environment: {
        ...environmentOf(service),
        ...(targetTls && { TLS_PORT: String(encryption.targetPort) }),
      },
      portMappings: [
        { name: service.name, containerPort, appProtocol: AppProtocol.http },
        ...(targetTls ? [{ name: `${service.name}-tls`, containerPort: encryption.targetPort }] : []),
      ],
      healthCheck: {
        command: healthProbeOf(containerPort, targets.healthCheckPath),
        interval: Duration.seconds(intervalSeconds),
        timeout: Duration.seconds(timeoutSeconds),
        startPeriod: Duration.seconds(startPeriodSeconds),
        retries,
      },
      readonlyRootFilesystem: true,
      // An init process collects what sessions of ECS Exec leave behind.
      linuxParameters: new LinuxParameters(this, 'Linux', { initProcessEnabled: true }),
      stopTimeout: Duration.seconds(tasks.stopTimeoutSeconds),
      logging: new AwsLogDriver({ logGroup, streamPrefix: 'task' }),
    });
  }

  #makeWritable(paths: readonly string[]): void {
    for (const containerPath of paths) {
      const sourceVolume = containerPath.slice(1).replaceAll('/', '-');
      this.taskDefinition.addVolume({ name: sourceVolume });
      this.container.addMountPoints({ sourceVolume, containerPath, readOnly: false });
    }
  }

  /** What is typed into a session of ECS Exec is logged where the task logs. */
  #allowExecLogs(logGroup: ILogGroup): void {
    logGroup.grant(
      this.taskDefinition.taskRole,
      'logs:CreateLogStream',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
    );
    this.taskDefinition.addToTaskRolePolicy(
      new PolicyStatement({ sid: 'FindLogs', actions: ['logs:DescribeLogGroups'], resources: ['*'] }),
    );
  }

  /** Cloud Map knows no resources for these two actions; the namespace's name is a condition. */
  #allowDiscovery(): void {
    this.taskDefinition.addToTaskRolePolicy(
      new PolicyStatement({
        sid: 'DiscoverInItsNamespace',
        actions: ['servicediscovery:DiscoverInstances', 'servicediscovery:DiscoverInstancesRevision'],
        resources: ['*'],
        conditions: { StringEquals: { 'servicediscovery:NamespaceName': discovery.namespaceName } },
      }),
    );
  }
}
