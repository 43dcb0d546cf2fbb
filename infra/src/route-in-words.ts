import { defaultService, rules, services } from './config.ts';
import type { RuleConfig, ServiceName } from './config.ts';

/**
 * How the load balancer finds a service, from the values that its rules are made of:
 * `priority 20: path /api, /api/*`, or `default rule, sticky`; several routes are separated by semicolons.
 */
export function routeInWords(service: ServiceName): string {
  const byRule = rules
    .filter((rule) => rule.action.type === 'forward' && rule.action.service === service)
    .map((rule) => `priority ${rule.priority}: ${conditionsInWords(rule)}`);
  const byDefault = service === defaultService ? ['default rule'] : [];
  const words = [...byRule, ...byDefault].join('; ');
  return services[service].sticky ? `${words}, sticky` : words;
}

function conditionsInWords(rule: RuleConfig): string {
  const header = rule.header ? `header ${rule.header.name}: ${rule.header.value} and ` : '';
  return `${header}path ${rule.paths.join(', ')}`;
}
