import { ecsDecisions } from './decisions.ts';

/** What ECS writes into Cloud Map for a task. */
export interface InstanceFacts {
  readonly address: string;
  readonly availabilityZone: string;
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly family: string;
  readonly port?: number;
  readonly hasSrvRecords: boolean;
  /** Of the Cloud Map service. */
  readonly hasCustomHealth: boolean;
  /** Of an essential container. */
  readonly hasHealthCheck: boolean;
}

/**
 * Attributes of a service registry's instance, as captured from a Fargate service. On `AWS_INSTANCE_PORT` and
 * `AWS_INIT_HEALTH_STATUS` see {@link ecsDecisions}.
 */
export function registryAttributesOf(facts: InstanceFacts): Record<string, string> {
  const { registryPortNeedsSrv, initHealthNeedsContainerCheck } = ecsDecisions;
  const hasPort = facts.port !== undefined && (facts.hasSrvRecords || !registryPortNeedsSrv);
  const startsUnhealthy = facts.hasCustomHealth && (facts.hasHealthCheck || !initHealthNeedsContainerCheck);
  return {
    AVAILABILITY_ZONE: facts.availabilityZone,
    ...(startsUnhealthy ? { AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' } : {}),
    AWS_INSTANCE_IPV4: facts.address,
    ...(hasPort ? { AWS_INSTANCE_PORT: String(facts.port) } : {}),
    ECS_CLUSTER_NAME: facts.cluster,
    ECS_SERVICE_NAME: facts.service,
    ECS_TASK_DEFINITION_FAMILY: facts.family,
    REGION: facts.region,
  };
}

/** Attributes of a Service Connect instance, as captured: other names than a service registry's. */
export function serviceConnectAttributesOf(facts: {
  readonly address: string;
  readonly port: number;
  readonly availabilityZone: string;
  readonly deploymentArn: string;
  readonly timeout?: { readonly idleTimeoutSeconds?: number; readonly perRequestTimeoutSeconds?: number };
}): Record<string, string> {
  return {
    AWS_INSTANCE_IPV4: facts.address,
    AWS_INSTANCE_PORT: String(facts.port),
    AvailabilityZone: facts.availabilityZone,
    DeploymentId: facts.deploymentArn,
    IdleTimeoutInSeconds: String(facts.timeout?.idleTimeoutSeconds ?? 0),
    PerRequestTimeoutInSeconds: String(facts.timeout?.perRequestTimeoutSeconds ?? 0),
  };
}
