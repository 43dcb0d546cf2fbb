import { AwsApiError, type AwsInput, type AwsOperation } from '@switchyard/local-aws-endpoint';
import { discoverableService, discoverInstances } from '../core/discover.ts';
import { deregisterInstance, instanceOf, registerInstance, updateCustomHealth } from '../core/instances.ts';
import { healthStatusOf, type Context, type State } from '../core/model.ts';
import { pageOf } from '../core/page.ts';
import { serviceOf } from '../core/services.ts';
import type { TokenBucket } from '../core/token-bucket.ts';
import {
  choiceOf,
  integerOf,
  invalid,
  nextTokenOf,
  optionalText,
  pagingIn,
  textMapOf,
  textOf,
  textsOf,
} from './read.ts';
import { instanceShape } from './shapes.ts';

const INSTANCE_ID = /^[0-9a-zA-Z_/:.@-]+$/;

/** The quotas of the two Discover operations. */
export interface DiscoverQuotas {
  readonly instances: TokenBucket;
  readonly revision: TokenBucket;
}

export function instanceOperations(
  state: State,
  context: () => Context,
  quotas: DiscoverQuotas,
): Record<string, AwsOperation> {
  return {
    RegisterInstance: (input) => registerFrom(state, context(), input),
    DeregisterInstance: (input) => {
      const serviceId = textOf(input, 'ServiceId', { max: 255 });
      const instanceId = textOf(input, 'InstanceId', { max: 64 });
      return { OperationId: deregisterInstance(state, context(), serviceId, instanceId) };
    },
    GetInstance: (input) => {
      const service = serviceOf(state, textOf(input, 'ServiceId', { max: 255 }));
      const instance = instanceOf(service, textOf(input, 'InstanceId', { max: 64 }));
      const shape = { ...instanceShape(state, instance), CreatorRequestId: instance.creatorRequestId };
      return { ResourceOwner: state.settings.accountId, Instance: shape };
    },
    ListInstances: (input) => {
      const service = serviceOf(state, textOf(input, 'ServiceId', { max: 255 }));
      const { items, next } = pageOf(service.instances.values(), ({ id }) => id, pagingIn(input));
      const instances = items.map((instance) => instanceShape(state, instance));
      return { ResourceOwner: state.settings.accountId, Instances: instances, ...nextTokenOf(next) };
    },
    GetInstancesHealthStatus: (input) => healthStatuses(state, input),
    UpdateInstanceCustomHealthStatus: (input) => {
      const status = choiceOf(input, 'Status', ['HEALTHY', 'UNHEALTHY']);
      if (status === undefined) throw invalid('Status is missing');
      const serviceId = textOf(input, 'ServiceId', { max: 255 });
      const instanceId = textOf(input, 'InstanceId', { max: 64 });
      updateCustomHealth(state, context(), { serviceId, instanceId, healthy: status === 'HEALTHY' });
      return {};
    },
    DiscoverInstances: (input) => discoverFrom(state, context(), input, quotas.instances),
    DiscoverInstancesRevision: (input) => {
      requireQuota(quotas.revision, context());
      const { namespaceName, serviceName } = namesIn(input);
      return { InstancesRevision: discoverableService(state, namespaceName, serviceName).revision };
    },
  };
}

function registerFrom(state: State, context: Context, input: AwsInput) {
  const attributes = textMapOf(input, 'Attributes');
  if (attributes === undefined) throw invalid('Attributes is missing');
  const operationId = registerInstance(state, context, {
    serviceId: textOf(input, 'ServiceId', { max: 255 }),
    instanceId: textOf(input, 'InstanceId', { max: 64, pattern: INSTANCE_ID }),
    attributes,
    creatorRequestId: optionalText(input, 'CreatorRequestId', { max: 64 }),
  });
  return { OperationId: operationId };
}

function healthStatuses(state: State, input: AwsInput) {
  const service = serviceOf(state, textOf(input, 'ServiceId', { max: 255 }));
  const ids = textsOf(input, 'Instances', { max: 64 }, 1000);
  const wanted = ids === undefined ? service.instances.values() : ids.map((id) => instanceOf(service, id));
  const { items, next } = pageOf(wanted, ({ id }) => id, pagingIn(input));
  const statuses = items.map((instance) => [instance.id, healthStatusOf(service, instance)] as const);
  return { Status: Object.fromEntries(statuses), ...nextTokenOf(next) };
}

function discoverFrom(state: State, context: Context, input: AwsInput, quota: TokenBucket) {
  requireQuota(quota, context);
  const { service, instances } = discoverInstances(state, context, {
    ...namesIn(input),
    maxResults: integerOf(input, 'MaxResults', 1, 1000) ?? 100,
    queryParameters: textMapOf(input, 'QueryParameters') ?? {},
    optionalParameters: textMapOf(input, 'OptionalParameters') ?? {},
    healthStatus: choiceOf(input, 'HealthStatus', ['HEALTHY', 'UNHEALTHY', 'ALL', 'HEALTHY_OR_ELSE_ALL']) ?? 'HEALTHY',
  });
  return {
    Instances: instances.map((instance) => ({
      InstanceId: instance.id,
      NamespaceName: service.namespace.name,
      ServiceName: service.name,
      HealthStatus: healthStatusOf(service, instance),
      Attributes: instance.attributes,
    })),
    InstancesRevision: service.revision,
  };
}

function namesIn(input: AwsInput): { readonly namespaceName: string; readonly serviceName: string } {
  return { namespaceName: textOf(input, 'NamespaceName'), serviceName: textOf(input, 'ServiceName') };
}

function requireQuota(bucket: TokenBucket, { nowMs }: Context): void {
  if (!bucket.take(nowMs)) throw new AwsApiError('RequestLimitExceeded', 'Too many requests; try again in a moment.');
}
