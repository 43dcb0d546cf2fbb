import type { Blueprint, TaskDefinition } from '@switchyard/blueprint';
import { eventText } from '../core/event-text.ts';
import { countFailure } from '../core/rollout.ts';
import type { Deployment, RolloutState, ServiceState, Task } from '../core/state.ts';
import type { EcsEvent } from '../events.ts';
import { newDeployment } from './places.ts';
import type { Records } from './records.ts';

export interface RolloutsOptions {
  readonly blueprint: Blueprint;
  readonly records: Records;
  readonly now: () => number;
  readonly onEvent: (event: EcsEvent) => void;
}

/** Leads deployments from IN_PROGRESS to COMPLETED or FAILED, and back to what was there before. */
export class Rollouts {
  readonly #options: RolloutsOptions;

  constructor(options: RolloutsOptions) {
    this.#options = options;
  }

  /** A new primary deployment; what was primary becomes active until its tasks are gone. */
  begin(service: ServiceState, taskDefinition: TaskDefinition): Deployment {
    const { blueprint, now } = this.#options;
    const deployment = newDeployment(blueprint, service.definition, taskDefinition, now());
    service.deployments.unshift(deployment);
    service.steady = false;
    this.#tell(service, deployment);
    return deployment;
  }

  /** Notes whether a service has all it desires and nothing else: that completes its primary deployment. */
  settle(service: ServiceState, primary: Deployment, steady: boolean): void {
    const { records } = this.#options;
    const { name } = service.definition;
    const isSteady = steady && primary === service.deployments[0];
    if (isSteady && primary.rolloutState === 'IN_PROGRESS') {
      this.#roll(service, primary, 'COMPLETED', `ECS deployment ${primary.id} completed.`);
      service.lastCompleted = primary.taskDefinition;
      records.say(name, eventText.deploymentCompleted(name, primary.id));
    }
    if (isSteady && !service.steady) records.say(name, eventText.steady(name));
    service.steady = isSteady;
  }

  /** Counts a failed task; one too many and the circuit breaker opens. */
  recordFailure(task: Task): void {
    const { records, now } = this.#options;
    const service = records.services.get(task.service);
    const deployment = service?.deployments.find((each) => each.id === task.deploymentId);
    if (service === undefined || deployment === undefined) return;
    const { becameImpaired, breaks } = countFailure(deployment, service, now());
    if (becameImpaired) records.say(task.service, eventText.impaired(task.service));
    if (breaks) this.#break(service, deployment);
  }

  /** The deployment has failed and, where asked for, what was there before comes back. */
  #break(service: ServiceState, deployment: Deployment): void {
    const { records } = this.#options;
    const { name, deployment: configuration } = service.definition;
    const reason = 'ECS deployment circuit breaker: tasks failed to start.';
    records.say(name, eventText.deploymentFailed(name, deployment.id));
    if (!configuration.circuitBreaker.rollback || service.lastCompleted === undefined) {
      this.#roll(service, deployment, 'FAILED', reason);
      return;
    }
    const back = this.begin(service, service.lastCompleted);
    this.#roll(service, deployment, 'FAILED', `${reason} Rolling back to deployment ${back.id}.`);
    records.say(name, eventText.rollingBack(name, back.id));
  }

  #roll(service: ServiceState, deployment: Deployment, rolloutState: RolloutState, reason: string): void {
    Object.assign(deployment, { rolloutState, rolloutStateReason: reason, updatedAtMs: this.#options.now() });
    this.#tell(service, deployment);
  }

  #tell(service: ServiceState, deployment: Deployment): void {
    this.#options.onEvent({
      kind: 'deployment',
      service: service.definition.name,
      deploymentId: deployment.id,
      rolloutState: deployment.rolloutState,
      reason: deployment.rolloutStateReason,
    });
  }
}
