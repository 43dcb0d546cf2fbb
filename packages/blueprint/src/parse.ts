import { BlueprintError } from './errors.ts';
import { isRecord, type JsonRecord } from './json.ts';
import type { Blueprint } from './model.ts';

/** The lists of a blueprint and the members that each element must have, with their types. */
const shapes = {
  vpcs: { name: 'string', id: 'string', cidrBlock: 'string' },
  internetGateways: { name: 'string', id: 'string', vpc: 'string' },
  natGateways: { name: 'string', id: 'string', subnet: 'string' },
  subnets: {
    name: 'string',
    id: 'string',
    vpc: 'string',
    tier: 'string',
    availabilityZone: 'string',
    cidrBlock: 'string',
  },
  routeTables: { name: 'string', id: 'string', vpc: 'string', routes: 'list' },
  networkAcls: { name: 'string', id: 'string', vpc: 'string', entries: 'list' },
  securityGroups: { name: 'string', id: 'string', vpc: 'string', ingress: 'list', egress: 'list' },
  vpcEndpoints: { name: 'string', id: 'string', vpc: 'string', type: 'string', serviceName: 'string', subnets: 'list' },
  loadBalancers: {
    name: 'string',
    arn: 'string',
    dnsName: 'string',
    type: 'string',
    attributes: 'object',
    listeners: 'list',
  },
  targetGroups: {
    name: 'string',
    arn: 'string',
    protocol: 'string',
    port: 'number',
    healthCheck: 'object',
    attributes: 'object',
  },
  namespaces: { name: 'string', id: 'string', arn: 'string', type: 'string' },
  discoveryServices: {
    name: 'string',
    serviceName: 'string',
    id: 'string',
    arn: 'string',
    namespace: 'string',
    type: 'string',
  },
  clusters: { name: 'string', arn: 'string' },
  taskDefinitions: { name: 'string', arn: 'string', networkMode: 'string', containers: 'list' },
  services: {
    name: 'string',
    arn: 'string',
    cluster: 'string',
    taskDefinition: 'string',
    desiredCount: 'number',
    deployment: 'object',
    loadBalancers: 'list',
    serviceRegistries: 'list',
  },
} as const satisfies Partial<Record<keyof Blueprint, Readonly<Record<string, Kind>>>>;

/** Lists that a blueprint need not have. */
const optionalShapes = {
  classicLoadBalancers: { name: 'string', dnsName: 'string', healthCheck: 'object', listeners: 'list' },
  autoScalingGroups: { name: 'string', subnets: 'list', desiredCapacity: 'number' },
  capacityProviders: { name: 'string', autoScalingGroup: 'string' },
} as const satisfies Partial<Record<keyof Blueprint, Readonly<Record<string, Kind>>>>;

type Kind = 'string' | 'number' | 'object' | 'list';

/**
 * Reads what `printBlueprint` has written. Throws `BLUEPRINT_FILE_INVALID` when the text is no JSON, has another
 * format version, or a list, an element or one of its main members is missing or of another type.
 */
export function parseBlueprint(text: string): Blueprint {
  const json = parseJson(text);
  if (!isRecord(json)) throw invalid('is no JSON object');
  if (json['formatVersion'] !== 1) {
    throw invalid(`has the format version ${JSON.stringify(json['formatVersion'])}, but this program reads version 1`);
  }
  for (const key of ['partition', 'region', 'accountId']) check(json, key, 'string', key);
  for (const key of ['availabilityZones', 'warnings']) check(json, key, 'list', key);
  for (const [list, shape] of Object.entries(shapes)) checkList(json, list, shape);
  for (const [list, shape] of Object.entries(optionalShapes)) {
    if (json[list] !== undefined) checkList(json, list, shape);
  }
  return json as unknown as Blueprint;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`is no JSON (${error instanceof Error ? error.message : 'unreadable'})`, error);
  }
}

function checkList(json: JsonRecord, list: string, shape: Readonly<Record<string, Kind>>): void {
  check(json, list, 'list', list);
  const names = new Set<unknown>();
  for (const [index, element] of (json[list] as unknown[]).entries()) {
    const where = `${list}[${index}]`;
    if (!isRecord(element)) throw invalid(`has no object at ${where}`);
    for (const [key, kind] of Object.entries(shape)) check(element, key, kind, `${where}.${key}`);
    if (names.has(element['name'])) throw invalid(`has ${list} with the name ${String(element['name'])} twice`);
    names.add(element['name']);
  }
}

function check(owner: JsonRecord, key: string, kind: Kind, where: string): void {
  const value = owner[key];
  const isSo = kind === 'list' ? Array.isArray(value) : kind === 'object' ? isRecord(value) : typeof value === kind;
  if (!isSo) throw invalid(`has no ${kind} at ${where}`);
}

function invalid(what: string, cause?: unknown): BlueprintError {
  return new BlueprintError('BLUEPRINT_FILE_INVALID', `The blueprint ${what}; write it again with "pnpm synth".`, {
    cause,
  });
}
