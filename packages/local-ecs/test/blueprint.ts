import type { Blueprint, Container, LoadBalancer, Service, TaskDefinition } from '@switchyard/blueprint';

const ARN = 'arn:aws';
const PLACE = 'us-east-1:000000000000';

export interface ServiceSpec {
  readonly name: string;
  /** The fixture below `test/fixtures/apps`. */
  readonly app?: string;
  readonly desiredCount?: number;
  readonly loadBalanced?: boolean;
  readonly records?: 'A' | 'SRV';
  readonly connect?: boolean;
  readonly service?: Partial<Service>;
  readonly container?: Partial<Container>;
}

/** A small blueprint: one VPC with two private subnets, and the services asked for. */
export function blueprintOf(specs: readonly ServiceSpec[], changes: Partial<Blueprint> = {}): Blueprint {
  return {
    formatVersion: 1,
    partition: 'aws',
    region: 'us-east-1',
    accountId: '000000000000',
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    warnings: [],
    vpcs: [{ name: 'vpc', id: 'vpc-1', cidrBlock: '10.10.0.0/16' }],
    internetGateways: [],
    natGateways: [],
    subnets: ['a', 'b'].map((zone, index) => ({
      name: `private-${zone}`,
      id: `subnet-${zone}`,
      vpc: 'vpc',
      tier: 'private',
      availabilityZone: `us-east-1${zone}`,
      cidrBlock: `10.10.${index + 2}.0/24`,
      mapPublicIpOnLaunch: false,
    })),
    routeTables: [],
    networkAcls: [],
    securityGroups: [],
    vpcEndpoints: [],
    loadBalancers: [loadBalancerOf(specs)],
    targetGroups: specs
      .filter(({ loadBalanced }) => loadBalanced === true)
      .map(({ name }) => ({
        name: `${name}-tg`,
        arn: targetGroupArn(name),
        vpc: 'vpc',
        targetType: 'ip',
        protocol: 'HTTP',
        protocolVersion: 'HTTP1',
        port: 80,
        healthCheck: {
          enabled: true,
          protocol: 'HTTP',
          port: 'traffic-port',
          path: '/healthz',
          intervalSeconds: 5,
          timeoutSeconds: 2,
          healthyThresholdCount: 2,
          unhealthyThresholdCount: 2,
          matcher: '200',
        },
        attributes: { 'deregistration_delay.timeout_seconds': '5' },
      })),
    namespaces: [
      {
        name: 'test.internal',
        id: 'ns-dns',
        arn: `${ARN}:servicediscovery:${PLACE}:namespace/ns-dns`,
        type: 'DNS_PRIVATE',
        vpc: 'vpc',
      },
      { name: 'mesh', id: 'ns-mesh', arn: `${ARN}:servicediscovery:${PLACE}:namespace/ns-mesh`, type: 'HTTP' },
    ],
    discoveryServices: specs.flatMap(({ name, records }) =>
      records === undefined
        ? []
        : [
            {
              name: `${name}.test.internal`,
              serviceName: name,
              id: `srv-${name}`,
              arn: `${ARN}:servicediscovery:${PLACE}:service/srv-${name}`,
              namespace: 'test.internal',
              type: 'DNS_HTTP' as const,
              dns: { routingPolicy: 'MULTIVALUE' as const, records: [{ type: records, ttlSeconds: 10 }] },
              customHealthCheck: true,
            },
          ],
    ),
    clusters: [{ name: 'test', arn: `${ARN}:ecs:${PLACE}:cluster/test`, serviceConnectNamespace: 'mesh' }],
    taskDefinitions: specs.map(taskDefinitionOf),
    services: specs.map(serviceOf),
    ...changes,
  };
}

/** One listener whose default rule forwards to every target group. */
function loadBalancerOf(specs: readonly ServiceSpec[]): LoadBalancer {
  const arn = `${ARN}:elasticloadbalancing:${PLACE}:loadbalancer/app/test/0123456789abcdef`;
  const targetGroups = specs.flatMap(({ name, loadBalanced }) =>
    loadBalanced === true ? [{ targetGroup: `${name}-tg`, weight: 1 }] : [],
  );
  return {
    name: 'test',
    arn,
    dnsName: 'test.us-east-1.elb.amazonaws.com',
    type: 'application',
    scheme: 'internet-facing',
    vpc: 'vpc',
    subnets: [],
    securityGroups: [],
    attributes: {},
    listeners: [
      {
        arn: `${arn}/80`,
        port: 80,
        protocol: 'HTTP',
        certificateArns: [],
        attributes: {},
        rules: [
          {
            arn: `${arn}/80/default`,
            priority: 'default',
            conditions: [],
            transforms: [],
            action: { type: 'forward', targetGroups },
          },
        ],
      },
    ],
  };
}

function targetGroupArn(service: string): string {
  return `${ARN}:elasticloadbalancing:${PLACE}:targetgroup/${service}-tg/0123456789abcdef`;
}

function taskDefinitionOf({ name, app = 'web', container }: ServiceSpec): TaskDefinition {
  return {
    name,
    revision: 1,
    arn: `${ARN}:ecs:${PLACE}:task-definition/${name}:1`,
    networkMode: 'awsvpc',
    cpu: 256,
    memory: 512,
    containers: [
      {
        name,
        image: { kind: 'asset', directory: '.', dockerfile: 'Dockerfile', buildArgs: { TARGET: `apps/${app}` } },
        essential: true,
        portMappings: [{ containerPort: 3000, protocol: 'tcp', name, appProtocol: 'http' }],
        environment: { SERVICE_NAME: name, PORT: '3000' },
        stopTimeoutSeconds: 2,
        readonlyRootFilesystem: true,
        ...container,
      },
    ],
  };
}

function serviceOf({ name, desiredCount = 1, loadBalanced, records, connect, service }: ServiceSpec): Service {
  return {
    name,
    arn: `${ARN}:ecs:${PLACE}:service/test/${name}`,
    cluster: 'test',
    taskDefinition: name,
    launchType: 'FARGATE',
    schedulingStrategy: 'REPLICA',
    desiredCount,
    deployment: { maximumPercent: 200, minimumHealthyPercent: 100, circuitBreaker: { enable: true, rollback: false } },
    availabilityZoneRebalancing: true,
    healthCheckGracePeriodSeconds: 0,
    enableExecuteCommand: false,
    network: { subnets: ['private-a', 'private-b'], securityGroups: [], assignPublicIp: false },
    loadBalancers:
      loadBalanced === true ? [{ targetGroup: `${name}-tg`, containerName: name, containerPort: 3000 }] : [],
    serviceRegistries: records === undefined ? [] : [{ discoveryService: `${name}.test.internal` }],
    ...(connect === true
      ? {
          serviceConnect: {
            namespace: 'mesh',
            services: [
              {
                portName: name,
                containerPort: 3000,
                appProtocol: 'http' as const,
                discoveryName: name,
                clientAliases: [{ dnsName: `${name}.mesh`, port: 3000 }],
              },
            ],
          },
        }
      : {}),
    ...service,
  };
}
