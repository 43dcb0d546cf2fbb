import { ComposeError } from './errors.ts';
import type { Log, StartRole } from './role.ts';
import { loadSettings } from './settings.ts';
import type { Environment } from './settings.ts';

/** Loaded one by one, since each container is only one of them. */
const roles: Readonly<Record<string, () => Promise<StartRole>>> = {
  'load-balancer': async () => (await import('./roles/load-balancer.ts')).startLoadBalancer,
  'cloud-map': async () => (await import('./roles/cloud-map.ts')).startCloudMap,
  'service-connect': async () => (await import('./roles/service-connect.ts')).startServiceConnectRole,
  ecs: async () => (await import('./roles/ecs.ts')).startEcs,
};

/** Starts the stand-in that the container is to be. */
export async function startRole(role: string, environment: Environment, log: Log): Promise<AsyncDisposable> {
  const load = Object.hasOwn(roles, role) ? roles[role] : undefined;
  if (load === undefined)
    throw new ComposeError(
      'COMPOSE_ROLE_UNKNOWN',
      `"${role}" is no part of the lab: the parts are ${Object.keys(roles).join(', ')}.`,
    );
  const [start, settings] = await Promise.all([load(), loadSettings(environment)]);
  return await start(settings, log);
}
