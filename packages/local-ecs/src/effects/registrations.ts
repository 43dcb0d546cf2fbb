import type { HealthStatus } from '../core/task-health.ts';
import { InstanceRegistrations } from './instance-registrations.ts';
import type { RegisteredTask } from './registered-task.ts';
import { createTargetRegistrations } from './target-registrations.ts';
import type { TargetRegistrationsOptions } from './target-registrations.ts';

/** Puts tasks into target groups and Cloud Map, and takes them out. Every method may be called again to the same effect. */
export interface Registrations {
  /** Target groups and the service registry. With a container health check the registry holds it as unhealthy until told otherwise. */
  register(task: RegisteredTask): Promise<void>;
  /** Makes it an instance of its Service Connect services: other tasks' proxies then send it requests. */
  joinServiceConnect(task: RegisteredTask): Promise<void>;
  /** Takes it out of everything it was put into. */
  deregister(task: RegisteredTask): Promise<void>;
  reportHealth(task: RegisteredTask, status: Exclude<HealthStatus, 'UNKNOWN'>): Promise<void>;
}

export interface ForgettableRegistrations extends Registrations {
  /** To be called before tasks are registered again with a Cloud Map that has forgotten them. */
  forget(): void;
}

export type RegistrationsOptions = TargetRegistrationsOptions;

export function createRegistrations(options: RegistrationsOptions): ForgettableRegistrations {
  const change = createTargetRegistrations(options);
  const instances = new InstanceRegistrations(options);
  return {
    async register(task) {
      await Promise.all([change(task, 'registered'), instances.register(task)]);
    },
    async deregister(task) {
      await Promise.all([change(task, 'deregistered'), instances.deregister(task)]);
    },
    joinServiceConnect: async (task) => await instances.joinServiceConnect(task),
    reportHealth: async (task, status) => await instances.reportHealth(task, status),
    forget: () => instances.forget(),
  };
}
