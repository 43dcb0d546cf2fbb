import { expect, test } from 'vitest';
import { countFailure, countHealthy } from '../../src/core/rollout.ts';
import type { Deployment } from '../../src/core/state.ts';
import { newDeployment } from '../../src/effects/places.ts';
import { blueprintOf } from '../blueprint.ts';

const blueprint = blueprintOf([{ name: 'web', desiredCount: 2 }]);

function start(enable = true): { deployment: Deployment; fail: () => ReturnType<typeof countFailure> } {
  const [definition] = blueprint.services;
  const [taskDefinition] = blueprint.taskDefinitions;
  if (definition === undefined || taskDefinition === undefined) throw new Error('no service');
  const deployment = newDeployment(blueprint, definition, taskDefinition, 0);
  const circuitBreaker = { enable, rollback: false };
  const service = {
    definition: { deployment: { ...definition.deployment, circuitBreaker } },
    desiredCount: 2,
  };
  return { deployment, fail: () => countFailure(deployment, service, 7) };
}

test('the third failure in a row opens the circuit breaker and is said once', () => {
  const { deployment, fail } = start();
  expect([fail(), fail(), fail(), fail()].map(({ breaks, becameImpaired }) => [breaks, becameImpaired])).toEqual([
    [false, false],
    [false, false],
    [true, true],
    [true, false],
  ]);
  expect(deployment).toMatchObject({ failedTasks: 4, failuresInARow: 4, lastFailureAtMs: 7 });
});

test('a healthy task starts the count anew', () => {
  const { deployment, fail } = start();
  fail();
  fail();
  countHealthy(deployment);
  expect(fail().breaks).toBe(false);
  expect(deployment).toMatchObject({ failedTasks: 3, failuresInARow: 1 });
});

test('the breaker opens neither when it is off nor when the deployment was completed', () => {
  const off = start(false);
  const done = start();
  done.deployment.rolloutState = 'COMPLETED';
  for (const { fail } of [off, done]) {
    fail();
    fail();
    expect(fail().breaks).toBe(false);
  }
});
