/** From the registry's state to the API's structures. */
import type { InstanceState, NamespaceState, OperationState, ServiceState, State } from '../core/model.ts';
import { statusOf } from '../core/operations.ts';

export function namespaceShape(state: State, namespace: NamespaceState) {
  const { hostedZoneId, soaTtlSeconds } = namespace;
  const dnsProperties = hostedZoneId === undefined ? {} : { HostedZoneId: hostedZoneId, SOA: { TTL: soaTtlSeconds } };
  return {
    Id: namespace.id,
    Arn: namespace.arn,
    ResourceOwner: state.settings.accountId,
    Name: namespace.name,
    Type: namespace.type,
    Description: namespace.description,
    ServiceCount: namespace.services.size,
    Properties: { DnsProperties: dnsProperties, HttpProperties: { HttpName: namespace.name } },
    CreateDate: new Date(namespace.createdAtMs),
  };
}

export function serviceShape(state: State, service: ServiceState) {
  return {
    Id: service.id,
    Arn: service.arn,
    ResourceOwner: state.settings.accountId,
    CreatedByAccount: state.settings.accountId,
    Name: service.name,
    Description: service.description,
    InstanceCount: service.instances.size,
    Type: service.type,
    DnsConfig: service.dns && {
      NamespaceId: service.namespace.id,
      RoutingPolicy: service.dns.routingPolicy,
      DnsRecords: service.dns.records.map(({ type, ttlSeconds }) => ({ Type: type, TTL: ttlSeconds })),
    },
    HealthCheckCustomConfig: service.customHealthCheck ? { FailureThreshold: 1 } : undefined,
    CreateDate: new Date(service.createdAtMs),
  };
}

export function instanceShape(state: State, instance: InstanceState) {
  return { Id: instance.id, Attributes: instance.attributes, CreatedByAccount: state.settings.accountId };
}

export function operationShape(state: State, operation: OperationState, nowMs: number) {
  const status = statusOf(operation, nowMs);
  return {
    Id: operation.id,
    OwnerAccount: state.settings.accountId,
    Type: operation.type,
    Status: status,
    CreateDate: new Date(operation.createdAtMs),
    UpdateDate: new Date(status === 'SUCCESS' ? operation.doneAtMs : operation.createdAtMs),
    Targets: operation.targets,
  };
}
