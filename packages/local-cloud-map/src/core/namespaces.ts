import { randomText } from './chance.ts';
import { CloudMapError, type Context, type NamespaceState, type State } from './model.ts';
import { submit } from './operations.ts';
import { firstTags } from './tags.ts';

/** Route 53's limit on hosted zones does not matter locally; Cloud Map's own does. Source: Cloud Map quotas. */
const NAMESPACES_MAX = 50;
/** The console's default and that of the current documentation. */
export const SOA_TTL_SECONDS = 15;

export interface NewNamespace {
  readonly name: string;
  readonly type: NamespaceState['type'];
  readonly vpc?: string | undefined;
  readonly description?: string | undefined;
  readonly creatorRequestId?: string | undefined;
  readonly soaTtlSeconds?: number | undefined;
  readonly tags: ReadonlyMap<string, string>;
}

/** @throws CloudMapError `NamespaceAlreadyExists`, `ResourceLimitExceeded`, `InvalidInput`, `TooManyTagsException`. */
export function createNamespace(state: State, context: Context, input: NewNamespace): string {
  if (input.type === 'DNS_PRIVATE') requireDnsName(input.name);
  const existing = findNamespace(state, input.name);
  if (existing !== undefined) {
    throw new CloudMapError('NamespaceAlreadyExists', `The namespace ${input.name} exists already.`, {
      NamespaceId: existing.id,
      CreatorRequestId: existing.creatorRequestId,
    });
  }
  if (state.namespaces.size >= NAMESPACES_MAX) {
    throw new CloudMapError('ResourceLimitExceeded', `There are ${NAMESPACES_MAX} namespaces already.`);
  }
  const namespace = buildNamespace(state, context, input);
  // Its name is taken from the start, so that a second request for it is refused while the operation is under way.
  state.namespaces.set(namespace.id, namespace);
  const operation = { type: 'CREATE_NAMESPACE', targets: { NAMESPACE: namespace.id } } as const;
  return submit(state, context, operation, () => {});
}

function buildNamespace(state: State, { nowMs, random }: Context, input: NewNamespace): NamespaceState {
  const { partition, region, accountId } = state.settings;
  const id = `ns-${randomText(random, 16)}`;
  return {
    id,
    arn: `arn:${partition}:servicediscovery:${region}:${accountId}:namespace/${id}`,
    name: input.name,
    type: input.type,
    ...(input.type === 'DNS_PRIVATE' ? { hostedZoneId: `Z${randomText(random, 20).toUpperCase()}` } : {}),
    ...(input.vpc === undefined ? {} : { vpc: input.vpc }),
    ...(input.creatorRequestId === undefined ? {} : { creatorRequestId: input.creatorRequestId }),
    createdAtMs: nowMs,
    tags: firstTags(input.tags, input.name),
    services: new Map(),
    description: input.description,
    soaTtlSeconds: input.soaTtlSeconds ?? SOA_TTL_SECONDS,
  };
}

/** @throws CloudMapError `NamespaceNotFound`, `ResourceInUse` while it holds services. */
export function deleteNamespace(state: State, context: Context, idOrArn: string): string {
  const namespace = namespaceOf(state, idOrArn);
  if (namespace.services.size > 0) {
    throw new CloudMapError(
      'ResourceInUse',
      `The namespace ${namespace.name} still holds services; delete them first.`,
    );
  }
  const operation = { type: 'DELETE_NAMESPACE', targets: { NAMESPACE: namespace.id } } as const;
  return submit(state, context, operation, () => {
    if (namespace.services.size === 0) state.namespaces.delete(namespace.id);
  });
}

/** @throws CloudMapError `NamespaceNotFound`, `InvalidInput` when the namespace is of the other type. */
export function updateNamespace(
  state: State,
  context: Context,
  change: {
    readonly idOrArn: string;
    readonly type: NamespaceState['type'];
    readonly description?: string | undefined;
    readonly soaTtlSeconds?: number | undefined;
  },
): string {
  const namespace = namespaceOf(state, change.idOrArn);
  if (namespace.type !== change.type) {
    throw new CloudMapError('InvalidInput', `The namespace ${namespace.name} is of type ${namespace.type}.`);
  }
  const operation = { type: 'UPDATE_NAMESPACE', targets: { NAMESPACE: namespace.id } } as const;
  return submit(state, context, operation, () => {
    if (change.description !== undefined) namespace.description = change.description;
    if (change.soaTtlSeconds !== undefined) namespace.soaTtlSeconds = change.soaTtlSeconds;
  });
}

/** @throws CloudMapError `NamespaceNotFound`. */
export function namespaceOf(state: State, idOrArn: string): NamespaceState {
  const namespace = state.namespaces.get(idOrArn.slice(idOrArn.lastIndexOf('/') + 1));
  if (namespace === undefined) throw new CloudMapError('NamespaceNotFound', `There is no namespace ${idOrArn}.`);
  return namespace;
}

export function findNamespace(state: State, name: string): NamespaceState | undefined {
  for (const namespace of state.namespaces.values()) if (namespace.name === name) return namespace;
  return undefined;
}

/** @throws CloudMapError `InvalidInput` when a label is empty or longer than 63. */
export function requireDnsName(name: string): void {
  const labelled = name.split('.').every((label) => label.length >= 1 && label.length <= 63);
  if (labelled && name.length <= 253) return;
  throw new CloudMapError('InvalidInput', `${name} is no DNS name: labels have 1 to 63 characters, names up to 253.`);
}
