import { expect, test } from 'vitest';
import { registryAttributesOf, serviceConnectAttributesOf } from '../../src/core/instance-attributes.ts';

const facts = {
  address: '127.10.2.4',
  availabilityZone: 'us-east-1a',
  region: 'us-east-1',
  cluster: 'shop',
  service: 'api',
  family: 'api',
  port: 3000,
  hasSrvRecords: false,
  hasCustomHealth: true,
  hasHealthCheck: false,
};

test('an instance for A records has the attributes of the capture, and no port', () => {
  expect(registryAttributesOf({ ...facts, hasHealthCheck: true })).toEqual({
    AVAILABILITY_ZONE: 'us-east-1a',
    AWS_INIT_HEALTH_STATUS: 'UNHEALTHY',
    AWS_INSTANCE_IPV4: '127.10.2.4',
    ECS_CLUSTER_NAME: 'shop',
    ECS_SERVICE_NAME: 'api',
    ECS_TASK_DEFINITION_FAMILY: 'api',
    REGION: 'us-east-1',
  });
});

test('an instance for SRV records has a port; one without a container health check no initial status', () => {
  const attributes = registryAttributesOf({ ...facts, hasSrvRecords: true });
  expect(attributes['AWS_INSTANCE_PORT']).toBe('3000');
  expect(attributes).not.toHaveProperty('AWS_INIT_HEALTH_STATUS');
});

test('a Service Connect instance has other names, and timeouts', () => {
  const instance = { address: '127.10.2.4', port: 3000, availabilityZone: 'us-east-1a', deploymentArn: 'arn' };
  const attributes = {
    AWS_INSTANCE_IPV4: '127.10.2.4',
    AWS_INSTANCE_PORT: '3000',
    AvailabilityZone: 'us-east-1a',
    DeploymentId: 'arn',
    IdleTimeoutInSeconds: '0',
    PerRequestTimeoutInSeconds: '0',
  };
  expect(serviceConnectAttributesOf(instance)).toEqual(attributes);
  expect(serviceConnectAttributesOf({ ...instance, timeout: { perRequestTimeoutSeconds: 5 } })).toEqual({
    ...attributes,
    PerRequestTimeoutInSeconds: '5',
  });
});
