/**
 * What ECS adds to a container's environment, and three local additions: credentials that any AWS SDK accepts
 * (on AWS the task role gives them) and the port of the AWS endpoint (on AWS it is 443). The endpoint keeps its AWS name, so that the
 * SDK's `data-` prefix leads to a name that resolves, too.
 */
export function taskEnvironmentOf(facts: {
  readonly metadataUrl: string;
  readonly runtimeId: string;
  readonly region: string;
  readonly endpointPort: string;
  readonly launchType: 'FARGATE' | 'EC2';
}): Record<string, string> {
  return {
    ECS_CONTAINER_METADATA_URI_V4: `${facts.metadataUrl}/v4/${facts.runtimeId}`,
    AWS_REGION: facts.region,
    AWS_DEFAULT_REGION: facts.region,
    AWS_EXECUTION_ENV: `AWS_ECS_${facts.launchType}`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SERVICEDISCOVERY: `http://servicediscovery.${facts.region}.amazonaws.com:${facts.endpointPort}`,
  };
}

/** The names of the AWS endpoints that applications use, the SDK's `data-` one included, lead to the lab's endpoint. */
export function endpointHosts(hostname: string, region: string): Record<string, string> {
  const address = hostname === 'localhost' ? '127.0.0.1' : hostname;
  const name = `servicediscovery.${region}.amazonaws.com`;
  return { [name]: address, [`data-${name}`]: address };
}
