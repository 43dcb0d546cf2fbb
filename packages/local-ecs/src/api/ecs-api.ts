import type { Blueprint } from '@switchyard/blueprint';
import type { AwsApi } from '@switchyard/local-aws-endpoint';
import type { ContainerInstance } from '../core/container-instance.ts';
import type { Records } from '../effects/records.ts';
import { clusterOperations } from './cluster-operations.ts';
import { instanceOperations } from './instance-operations.ts';
import { References } from './references.ts';
import { type ServiceChanges, serviceOperations } from './service-operations.ts';
import { taskDefinitionOperations } from './task-definition-operations.ts';
import { type TaskChanges, taskOperations } from './task-operations.ts';

/** The ECS API over the cluster's records: what tools need to look at services and tasks and to change them. */
export function createEcsApi(
  blueprint: Blueprint,
  records: Records,
  changes: ServiceChanges & TaskChanges,
  instances: readonly ContainerInstance[] = [],
): AwsApi {
  const references = new References(blueprint, records);
  return {
    service: 'ecs',
    protocol: { kind: 'json-1.1', targetPrefix: 'AmazonEC2ContainerServiceV20141113' },
    operations: {
      ...clusterOperations(references, instances),
      ...instanceOperations(references, instances),
      ...serviceOperations(references, changes),
      ...taskOperations(references, changes),
      ...taskDefinitionOperations(references),
    },
  };
}
