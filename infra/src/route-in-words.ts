import { defaultService, rules, services } from './config.ts';
import type { RuleConfig, ServiceName } from './config.ts';

/**
 * How the load balancer finds a service, from the values that its rules are made of:
 * `priority 20: path /api, /api/*`, or `default rule, sticky`; several routes are separated by semicolons.
 */
export function routeInWords(service: ServiceName): string {
  const routes = rules
    .filter((rule) => rule.action.type === 'forward' && rule.action.service === service)
    .map((rule) => `priority ${rule.priority}: ${conditionsInWords(rule)}`);
  if (service === defaultService) routes.push('default rule');
  if (services[service].sticky) routes.push('sticky');
  return routes.join('; ').replace('; sticky', ', sticky');
}

function conditionsInWords(rule: RuleConfig): string {
  const header = rule.header ? `header ${rule.header.name}: ${rule.header.value} and ` : '';
  return `${header}path ${rule.paths.join(', ')}`;
}
