import type { Service, TaskDefinition } from '@switchyard/blueprint';
import type { PlacedTask } from '../core/target-refs.ts';

/** A task as far as load balancers and Cloud Map are concerned. */
export interface RegisteredTask extends PlacedTask {
  readonly id: string;
  readonly zone: string;
  readonly deploymentId: string;
  readonly taskDefinition: TaskDefinition;
  readonly service: Service;
}

export type RegistrationChange = 'registered' | 'deregistered';
