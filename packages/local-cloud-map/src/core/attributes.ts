/** Which attributes an instance may and must have. Source: RegisterInstance's documentation and the API model. */
import { CloudMapError, type RecordType, type ServiceState } from './model.ts';
import { requireDnsName } from './namespaces.ts';

const CUSTOM_MAX = 30;
const CHARACTERS_MAX = 5000;
const KEY = /^[!-~]{1,255}$/;
const VALUE = /^([!-~][ \t!-~]*)?$/;
const VALUE_MAX = 1024;
const RESERVED = new Set([
  'AWS_ALIAS_DNS_NAME',
  'AWS_EC2_INSTANCE_ID',
  'AWS_INIT_HEALTH_STATUS',
  'AWS_INSTANCE_CNAME',
  'AWS_INSTANCE_IPV4',
  'AWS_INSTANCE_IPV6',
  'AWS_INSTANCE_PORT',
]);

/** @throws CloudMapError `InvalidInput`, with the attribute and what is wrong with it. */
export function requireValidAttributes(attributes: Readonly<Record<string, string>>): void {
  let characters = 0;
  let custom = 0;
  for (const [key, value] of Object.entries(attributes)) {
    if (!KEY.test(key)) throw invalid(`the key ${JSON.stringify(key.slice(0, 80))} is not 1 to 255 visible characters`);
    if (value.length > VALUE_MAX) throw invalid(`the value of ${key} has more than ${VALUE_MAX} characters`);
    if (!VALUE.test(value) || /[ \t]$/.test(value)) throw invalid(`the value of ${key} has characters it may not have`);
    characters += key.length + value.length;
    if (!RESERVED.has(key)) custom++;
  }
  if (custom > CUSTOM_MAX) throw invalid(`there are more than ${CUSTOM_MAX} custom attributes`);
  if (characters > CHARACTERS_MAX) throw invalid(`together they have more than ${CHARACTERS_MAX} characters`);
  requireValidReserved(attributes);
}

function requireValidReserved(attributes: Readonly<Record<string, string>>): void {
  const { AWS_INSTANCE_IPV4: v4, AWS_INSTANCE_IPV6: v6, AWS_INSTANCE_PORT: port } = attributes;
  if (v4 !== undefined && !isIpv4(v4)) throw invalid(`AWS_INSTANCE_IPV4 is no IPv4 address: ${v4}`);
  if (v6 !== undefined && !isIpv6(v6)) throw invalid(`AWS_INSTANCE_IPV6 is no IPv6 address: ${v6}`);
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
    throw invalid(`AWS_INSTANCE_PORT is no port: ${port}`);
  }
  const initial = attributes['AWS_INIT_HEALTH_STATUS'];
  if (initial !== undefined && initial !== 'HEALTHY' && initial !== 'UNHEALTHY') {
    throw invalid(`AWS_INIT_HEALTH_STATUS is HEALTHY or UNHEALTHY, not ${initial}`);
  }
  if (attributes['AWS_ALIAS_DNS_NAME'] !== undefined) {
    throw invalid('AWS_ALIAS_DNS_NAME (an alias of a load balancer) is not imitated');
  }
}

/** @throws CloudMapError `InvalidInput` when the service's records cannot be made of the attributes. */
export function requireFits(
  service: ServiceState,
  instanceId: string,
  attributes: Readonly<Record<string, string>>,
): void {
  if (attributes['AWS_INIT_HEALTH_STATUS'] !== undefined && !service.customHealthCheck) {
    throw invalid(`AWS_INIT_HEALTH_STATUS needs a service with HealthCheckCustomConfig, which ${service.name} lacks`);
  }
  for (const { type } of service.dns?.records ?? []) {
    for (const key of missingFor(type, attributes)) {
      throw invalid(`the ${type} record of ${service.name} needs ${key}`);
    }
    if (type === 'SRV') requireDnsName(`${instanceId}.${service.name}.${service.namespace.name}`);
    if (type === 'CNAME') requireDnsName((attributes['AWS_INSTANCE_CNAME'] ?? '').replace(/\.$/, ''));
  }
}

function missingFor(type: RecordType, attributes: Readonly<Record<string, string>>): string[] {
  const has = (key: string) => attributes[key] !== undefined;
  if (type === 'A') return has('AWS_INSTANCE_IPV4') ? [] : ['AWS_INSTANCE_IPV4'];
  if (type === 'AAAA') return has('AWS_INSTANCE_IPV6') ? [] : ['AWS_INSTANCE_IPV6'];
  if (type === 'CNAME') return has('AWS_INSTANCE_CNAME') ? [] : ['AWS_INSTANCE_CNAME'];
  if (!has('AWS_INSTANCE_PORT')) return ['AWS_INSTANCE_PORT'];
  return has('AWS_INSTANCE_IPV4') || has('AWS_INSTANCE_IPV6') ? [] : ['AWS_INSTANCE_IPV4 or AWS_INSTANCE_IPV6'];
}

export function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** Groups of hexadecimal digits, one `::` at most; an IPv4 address at the end counts as two groups. */
export function isIpv6(text: string): boolean {
  const [head, tail, ...more] = text.split('::');
  if (head === undefined || more.length > 0) return false;
  const groups = [head, tail ?? ''].flatMap((side) => (side === '' ? [] : side.split(':')));
  const last = groups.at(-1) ?? '';
  const embedded = last.includes('.') && text.endsWith(last);
  if (embedded && !isIpv4(last)) return false;
  const count = groups.length + (embedded ? 1 : 0);
  const hexadecimal = groups.slice(0, embedded ? -1 : undefined).every((group) => /^[0-9a-f]{1,4}$/i.test(group));
  return hexadecimal && (tail === undefined ? count === 8 : count <= 7);
}

function invalid(what: string): CloudMapError {
  return new CloudMapError('InvalidInput', `The attributes are not valid: ${what}.`);
}
