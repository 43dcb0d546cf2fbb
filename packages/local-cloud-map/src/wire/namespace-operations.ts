import type { AwsInput, AwsOperation } from '@switchyard/local-aws-endpoint';
import type { Context, NamespaceState, State } from '../core/model.ts';
import { createNamespace, deleteNamespace, namespaceOf, updateNamespace } from '../core/namespaces.ts';
import { operationOf, statusOf } from '../core/operations.ts';
import { pageOf, passes, requireFilters } from '../core/page.ts';
import { addTags, tagsOf } from '../core/tags.ts';
import {
  filtersIn,
  integerOf,
  invalid,
  nextTokenOf,
  optionalText,
  pagingIn,
  structureOf,
  tagsIn,
  textOf,
  textsOf,
} from './read.ts';
import { namespaceShape, operationShape } from './shapes.ts';

const NAMESPACE_NAME = /^(?!arn:)[!-~]+$/;
const TTL_MAX = 2_147_483_647;

/** Operations on namespaces, on operations, and on the tags of anything. */
export function namespaceOperations(state: State, context: () => Context): Record<string, AwsOperation> {
  return {
    CreateHttpNamespace: (input) => ({ OperationId: create(state, context(), input, 'HTTP') }),
    CreatePrivateDnsNamespace: (input) => ({ OperationId: create(state, context(), input, 'DNS_PRIVATE') }),
    UpdateHttpNamespace: (input) => ({ OperationId: update(state, context(), input, 'HTTP') }),
    UpdatePrivateDnsNamespace: (input) => ({ OperationId: update(state, context(), input, 'DNS_PRIVATE') }),
    DeleteNamespace: (input) => ({ OperationId: deleteNamespace(state, context(), textOf(input, 'Id', { max: 255 })) }),
    GetNamespace: (input) => {
      const namespace = namespaceOf(state, textOf(input, 'Id', { max: 255 }));
      return { Namespace: { ...namespaceShape(state, namespace), CreatorRequestId: namespace.creatorRequestId } };
    },
    ListNamespaces: (input) => listNamespaces(state, input),
    GetOperation: (input) => {
      const operation = operationOf(state, textOf(input, 'OperationId', { max: 255 }));
      return { Operation: operationShape(state, operation, context().nowMs) };
    },
    ListOperations: (input) => listOperations(state, input, context().nowMs),
    ListTagsForResource: (input) => {
      const tags = tagsOf(state, textOf(input, 'ResourceARN', { min: 1, max: 1011 }));
      return { Tags: Array.from(tags, ([Key, Value]) => ({ Key, Value })) };
    },
    TagResource: (input) => {
      const arn = textOf(input, 'ResourceARN', { min: 1, max: 1011 });
      addTags(tagsOf(state, arn), tagsIn(input), arn);
      return {};
    },
    UntagResource: (input) => {
      const tags = tagsOf(state, textOf(input, 'ResourceARN', { min: 1, max: 1011 }));
      for (const key of textsOf(input, 'TagKeys', { min: 1, max: 128 }) ?? []) tags.delete(key);
      return {};
    },
  };
}

function create(state: State, context: Context, input: AwsInput, type: NamespaceState['type']): string {
  const isDns = type === 'DNS_PRIVATE';
  return createNamespace(state, context, {
    name: textOf(input, 'Name', { min: 1, max: isDns ? 253 : 1024, pattern: NAMESPACE_NAME }),
    type,
    vpc: isDns ? textOf(input, 'Vpc', { max: 64 }) : undefined,
    description: optionalText(input, 'Description'),
    creatorRequestId: optionalText(input, 'CreatorRequestId', { max: 64 }),
    soaTtlSeconds: isDns ? soaTtlIn(input) : undefined,
    tags: tagsIn(input),
  });
}

function update(state: State, context: Context, input: AwsInput, type: NamespaceState['type']): string {
  const change = structureOf(input, 'Namespace');
  if (change === undefined) throw invalid('Namespace is missing');
  const soaTtlSeconds = type === 'DNS_PRIVATE' ? soaTtlIn(change) : undefined;
  const description = optionalText(change, 'Description');
  return updateNamespace(state, context, {
    idOrArn: textOf(input, 'Id', { max: 255 }),
    type,
    description,
    soaTtlSeconds,
  });
}

/** `Properties.DnsProperties.SOA.TTL`. */
function soaTtlIn(input: AwsInput): number | undefined {
  const dns = structureOf(structureOf(input, 'Properties') ?? {}, 'DnsProperties');
  return integerOf(structureOf(dns ?? {}, 'SOA') ?? {}, 'TTL', 0, TTL_MAX);
}

function listNamespaces(state: State, input: AwsInput) {
  const filters = filtersIn(input);
  requireFilters(filters, {
    TYPE: ['EQ', 'BEGINS_WITH'],
    NAME: ['EQ', 'BEGINS_WITH'],
    HTTP_NAME: ['EQ', 'BEGINS_WITH'],
    RESOURCE_OWNER: ['EQ'],
  });
  const found = [...state.namespaces.values()].filter(({ type, name }) => {
    const facts: Record<string, string> = { TYPE: type, NAME: name, HTTP_NAME: name, RESOURCE_OWNER: 'SELF' };
    return passes(filters, (filter) => facts[filter]);
  });
  const { items, next } = pageOf(found, ({ id }) => id, pagingIn(input));
  return { Namespaces: items.map((namespace) => namespaceShape(state, namespace)), ...nextTokenOf(next) };
}

function listOperations(state: State, input: AwsInput, nowMs: number) {
  const filters = filtersIn(input);
  requireFilters(filters, {
    NAMESPACE_ID: ['EQ'],
    SERVICE_ID: ['EQ'],
    STATUS: ['EQ', 'IN'],
    TYPE: ['EQ', 'IN'],
    UPDATE_DATE: ['BETWEEN'],
  });
  const found = [...state.operations.values()].filter((operation) => {
    const { UpdateDate } = operationShape(state, operation, nowMs);
    const facts: Record<string, string | undefined> = {
      NAMESPACE_ID: operation.targets.NAMESPACE,
      SERVICE_ID: operation.targets.SERVICE,
      STATUS: statusOf(operation, nowMs),
      TYPE: operation.type,
      UPDATE_DATE: String(UpdateDate.getTime() / 1000),
    };
    return passes(filters, (filter) => facts[filter]);
  });
  const { items, next } = pageOf(found, ({ id }) => id, pagingIn(input));
  const summaries = items.map((operation) => ({ Id: operation.id, Status: statusOf(operation, nowMs) }));
  return { Operations: summaries, ...nextTokenOf(next) };
}
