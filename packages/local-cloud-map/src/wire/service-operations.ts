import { AwsApiError, type AwsInput, type AwsOperation } from '@switchyard/local-aws-endpoint';
import type { Context, DnsConfig, State } from '../core/model.ts';
import { pageOf, passes, requireFilters } from '../core/page.ts';
import { createService, deleteService, serviceOf, updateService } from '../core/services.ts';
import {
  choiceOf,
  filtersIn,
  integerOf,
  invalid,
  nextTokenOf,
  optionalText,
  pagingIn,
  structureOf,
  structuresOf,
  tagsIn,
  textMapOf,
  textOf,
  textsOf,
} from './read.ts';
import { serviceShape } from './shapes.ts';

/** Of the API's model; `.` alone is a service at the namespace's own name, which is not imitated. */
const SERVICE_NAME =
  /^(?=.{1,127}$)([a-zA-Z0-9_][a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9])(\.([a-zA-Z0-9_][a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9]))*$/;
const TTL_MAX = 2_147_483_647;
const SERVICE_ATTRIBUTES_MAX = 30;

export function serviceOperations(state: State, context: () => Context): Record<string, AwsOperation> {
  return {
    CreateService: (input) => createFrom(state, context(), input),
    UpdateService: (input) => updateFrom(state, context(), input),
    DeleteService: (input) => {
      deleteService(state, textOf(input, 'Id', { max: 255 }));
      return {};
    },
    GetService: (input) => {
      const service = serviceOf(state, textOf(input, 'Id', { max: 255 }));
      const { creatorRequestId: CreatorRequestId, namespace } = service;
      return { Service: { ...serviceShape(state, service), NamespaceId: namespace.id, CreatorRequestId } };
    },
    ListServices: (input) => listServices(state, input),
    GetServiceAttributes: (input) => {
      const { arn, attributes } = serviceOf(state, textOf(input, 'ServiceId', { max: 255 }));
      const owner = state.settings.accountId;
      return {
        ServiceAttributes: { ServiceArn: arn, ResourceOwner: owner, Attributes: Object.fromEntries(attributes) },
      };
    },
    UpdateServiceAttributes: (input) => {
      updateServiceAttributes(state, input);
      return {};
    },
    DeleteServiceAttributes: (input) => {
      const { attributes } = serviceOf(state, textOf(input, 'ServiceId', { max: 255 }));
      for (const key of textsOf(input, 'Attributes', { max: 255 }, SERVICE_ATTRIBUTES_MAX) ?? [])
        attributes.delete(key);
      return {};
    },
  };
}

function createFrom(state: State, context: Context, input: AwsInput) {
  refuseRoute53Checks(input);
  const dnsConfig = structureOf(input, 'DnsConfig');
  const custom = structureOf(input, 'HealthCheckCustomConfig');
  if (custom !== undefined) integerOf(custom, 'FailureThreshold', 1, 10);
  const namespaceId =
    optionalText(input, 'NamespaceId', { max: 255 }) ?? optionalText(dnsConfig ?? {}, 'NamespaceId', { max: 64 });
  if (namespaceId === undefined) throw invalid('NamespaceId is missing');
  const service = createService(state, context, {
    name: textOf(input, 'Name', { pattern: SERVICE_NAME }),
    namespaceId,
    description: optionalText(input, 'Description'),
    creatorRequestId: optionalText(input, 'CreatorRequestId', { max: 64 }),
    dns: dnsConfig && {
      routingPolicy: choiceOf(dnsConfig, 'RoutingPolicy', ['MULTIVALUE', 'WEIGHTED']) ?? 'MULTIVALUE',
      records: recordsIn(dnsConfig),
    },
    customHealthCheck: custom !== undefined,
    type: choiceOf(input, 'Type', ['HTTP']),
    tags: tagsIn(input),
  });
  const { creatorRequestId: CreatorRequestId, namespace } = service;
  return { Service: { ...serviceShape(state, service), NamespaceId: namespace.id, CreatorRequestId } };
}

function updateFrom(state: State, context: Context, input: AwsInput) {
  const change = structureOf(input, 'Service');
  if (change === undefined) throw invalid('Service is missing');
  refuseRoute53Checks(change);
  const dnsConfig = structureOf(change, 'DnsConfig');
  const operationId = updateService(state, context, {
    idOrArn: textOf(input, 'Id', { max: 255 }),
    description: optionalText(change, 'Description'),
    records: dnsConfig && recordsIn(dnsConfig),
  });
  return { OperationId: operationId };
}

/** Public DNS namespaces only, which are not imitated. */
function refuseRoute53Checks(input: AwsInput): void {
  if (structureOf(input, 'HealthCheckConfig') !== undefined) {
    throw invalid(
      'HealthCheckConfig (a Route 53 health check) needs a public DNS namespace; use HealthCheckCustomConfig',
    );
  }
}

function recordsIn(dnsConfig: AwsInput): DnsConfig['records'] {
  return (structuresOf(dnsConfig, 'DnsRecords') ?? []).map((record) => {
    const type = choiceOf(record, 'Type', ['A', 'AAAA', 'SRV', 'CNAME']);
    const ttlSeconds = integerOf(record, 'TTL', 0, TTL_MAX);
    if (type === undefined || ttlSeconds === undefined) throw invalid('a DNS record needs a Type and a TTL');
    return { type, ttlSeconds };
  });
}

function listServices(state: State, input: AwsInput) {
  const filters = filtersIn(input);
  requireFilters(filters, { NAMESPACE_ID: ['EQ'], RESOURCE_OWNER: ['EQ'] });
  const found = [...state.services.values()].filter(({ namespace }) =>
    passes(filters, (name) => (name === 'NAMESPACE_ID' ? namespace.id : 'SELF')),
  );
  const { items, next } = pageOf(found, ({ id }) => id, pagingIn(input));
  return { Services: items.map((service) => serviceShape(state, service)), ...nextTokenOf(next) };
}

function updateServiceAttributes(state: State, input: AwsInput): void {
  const { attributes } = serviceOf(state, textOf(input, 'ServiceId', { max: 255 }));
  const added = Object.entries(textMapOf(input, 'Attributes') ?? {});
  for (const [key, value] of added) {
    if (key.length > 255 || value.length > 1024) throw invalid('an attribute has a key over 255 or a value over 1024');
  }
  const merged = new Map([...attributes, ...added]);
  if (merged.size > SERVICE_ATTRIBUTES_MAX) {
    throw new AwsApiError(
      'ServiceAttributesLimitExceededException',
      `A service has at most ${SERVICE_ATTRIBUTES_MAX} attributes.`,
    );
  }
  for (const [key, value] of added) attributes.set(key, value);
}
