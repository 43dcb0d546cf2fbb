import { requireFits, requireValidAttributes } from './attributes.ts';
import {
  CloudMapError,
  healthStatusOf,
  qualifiedName,
  type Context,
  type Due,
  type InstanceState,
  type OperationState,
  type ServiceState,
  type State,
} from './model.ts';
import { operationUnderWay, schedule, submit } from './operations.ts';
import { serviceOf } from './services.ts';

const INSTANCES_PER_SERVICE_MAX = 1000;
const INSTANCES_PER_NAMESPACE_MAX = 2000;

export interface NewInstance {
  readonly serviceId: string;
  readonly instanceId: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly creatorRequestId?: string | undefined;
}

/**
 * Registers an instance, or replaces it when its id is registered already; returns the operation's id.
 *
 * @throws CloudMapError `ServiceNotFound`, `InvalidInput`, `ResourceLimitExceeded`, and `DuplicateRequest` while another
 *   change of the same instance is under way (the same request again gets the same operation).
 */
export function registerInstance(state: State, context: Context, input: NewInstance): string {
  const service = serviceOf(state, input.serviceId);
  requireValidAttributes(input.attributes);
  requireFits(service, input.instanceId, input.attributes);
  const underWay = operationUnderWay(state, context.nowMs, service.id, input.instanceId);
  if (underWay !== undefined) return sameRequest(underWay, input.creatorRequestId);
  if (!service.instances.has(input.instanceId)) requireRoom(service);
  const targets = { INSTANCE: input.instanceId, SERVICE: service.id, NAMESPACE: service.namespace.id };
  const creator = input.creatorRequestId === undefined ? {} : { creatorRequestId: input.creatorRequestId };
  return submit(state, context, { type: 'REGISTER_INSTANCE', targets, ...creator }, () => {
    put(state, service, {
      id: input.instanceId,
      attributes: input.attributes,
      ...creator,
      healthy: input.attributes['AWS_INIT_HEALTH_STATUS'] !== 'UNHEALTHY',
    });
  });
}

function sameRequest(underWay: OperationState, creatorRequestId: string | undefined): string {
  if (creatorRequestId !== undefined && underWay.creatorRequestId === creatorRequestId) return underWay.id;
  throw new CloudMapError('DuplicateRequest', 'Another operation on this instance is in progress.', {
    DuplicateOperationId: underWay.id,
  });
}

function requireRoom(service: ServiceState): void {
  let inNamespace = 0;
  for (const sibling of service.namespace.services.values()) inNamespace += sibling.instances.size;
  if (service.instances.size < INSTANCES_PER_SERVICE_MAX && inNamespace < INSTANCES_PER_NAMESPACE_MAX) return;
  throw new CloudMapError(
    'ResourceLimitExceeded',
    `A service has at most ${INSTANCES_PER_SERVICE_MAX} instances and a namespace ${INSTANCES_PER_NAMESPACE_MAX}.`,
  );
}

function put(state: State, service: ServiceState, instance: InstanceState): void {
  const replaced = service.instances.get(instance.id);
  if (replaced?.healthChange !== undefined) state.due.delete(replaced.healthChange);
  service.instances.set(instance.id, instance);
  service.revision++;
  const { id: instanceId, attributes } = instance;
  state.emit({ kind: 'registered', service: qualifiedName(service), instanceId, attributes });
}

/** @throws CloudMapError `ServiceNotFound`, `InstanceNotFound`, `DuplicateRequest`. */
export function deregisterInstance(state: State, context: Context, serviceId: string, instanceId: string): string {
  const service = serviceOf(state, serviceId);
  const underWay = operationUnderWay(state, context.nowMs, service.id, instanceId);
  if (underWay !== undefined) return sameRequest(underWay, undefined);
  const instance = instanceOf(service, instanceId);
  const targets = { INSTANCE: instanceId, SERVICE: service.id, NAMESPACE: service.namespace.id };
  return submit(state, context, { type: 'DEREGISTER_INSTANCE', targets }, () => {
    if (instance.healthChange !== undefined) state.due.delete(instance.healthChange);
    if (!service.instances.delete(instanceId)) return;
    service.revision++;
    state.emit({ kind: 'deregistered', service: qualifiedName(service), instanceId });
  });
}

/**
 * Sets the custom health status; it shows after `customHealthDelayMs`. The latest word counts: going back to the status that
 * still shows cancels a change under way.
 *
 * @throws CloudMapError `ServiceNotFound`, `InstanceNotFound`, `CustomHealthNotFound`.
 */
export function updateCustomHealth(
  state: State,
  { nowMs }: Context,
  input: { readonly serviceId: string; readonly instanceId: string; readonly healthy: boolean },
): void {
  const service = serviceOf(state, input.serviceId);
  const instance = instanceOf(service, input.instanceId);
  if (!service.customHealthCheck) {
    throw new CloudMapError('CustomHealthNotFound', `The service ${service.name} has no custom health check.`);
  }
  const pending = instance.healthChange;
  if (input.healthy === instance.healthy) {
    if (pending !== undefined) state.due.delete(pending);
    instance.healthChange = undefined;
    return;
  }
  if (pending !== undefined) return;
  const change: Due = {
    atMs: nowMs + state.settings.customHealthDelayMs,
    apply: () => {
      const from = healthStatusOf(service, instance);
      instance.healthy = input.healthy;
      instance.healthChange = undefined;
      const to = healthStatusOf(service, instance);
      state.emit({ kind: 'health-changed', service: qualifiedName(service), instanceId: instance.id, from, to });
    },
  };
  instance.healthChange = change;
  schedule(state, nowMs, change);
}

/** @throws CloudMapError `InstanceNotFound`. */
export function instanceOf(service: ServiceState, instanceId: string): InstanceState {
  const instance = service.instances.get(instanceId);
  if (instance === undefined) {
    throw new CloudMapError('InstanceNotFound', `The service ${service.name} has no instance ${instanceId}.`);
  }
  return instance;
}
