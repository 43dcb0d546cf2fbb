/** What ECS writes into Cloud Map for a task. */
export interface InstanceFacts {
  readonly address: string;
  readonly availabilityZone: string;
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly family: string;
  /** For SRV records. */
  readonly port?: number;
  /** Registered unhealthy until its container health check passes. */
  readonly awaitsHealthCheck: boolean;
}

/**
 * Attributes of a service registry's instance, as captured from a Fargate service. `AWS_INSTANCE_PORT` only where the Cloud Map
 * service has SRV records (AWS's documents show it for A records too, the capture does not); `AWS_INIT_HEALTH_STATUS` only for a
 * task with a container health check (what AWS sends without one is not documented; Cloud Map's own default is HEALTHY).
 */
export function registryAttributesOf(facts: InstanceFacts): Record<string, string> {
  return {
    AVAILABILITY_ZONE: facts.availabilityZone,
    ...(facts.awaitsHealthCheck ? { AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' } : {}),
    AWS_INSTANCE_IPV4: facts.address,
    ...(facts.port === undefined ? {} : { AWS_INSTANCE_PORT: String(facts.port) }),
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
