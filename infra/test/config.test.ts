import { describe, expect, it } from 'vitest';
import { loadBalancer, rules, scaling, serviceNames, services, targets, tasks } from '../src/config.ts';

describe('the configuration', () => {
  it('gives a task more time to stop than its target group drains', () => {
    expect(tasks.stopTimeoutSeconds).toBeGreaterThan(targets.deregistrationDelaySeconds);
  });

  it('waits for an answer to a health check no longer than until the next one', () => {
    expect(targets.timeoutSeconds).toBeLessThan(targets.intervalSeconds);
    expect(tasks.healthCheck.timeoutSeconds).toBeLessThan(tasks.healthCheck.intervalSeconds);
  });

  it('lets the load balancer find an unhealthy task before ECS does', () => {
    const byLoadBalancer = targets.unhealthyThresholdCount * targets.intervalSeconds + targets.timeoutSeconds;
    expect(byLoadBalancer).toBeLessThan(tasks.healthCheck.retries * tasks.healthCheck.intervalSeconds);
  });

  it('has its priorities and ports within what AWS allows', () => {
    for (const { priority } of rules) expect(priority).toBeGreaterThanOrEqual(1);
    for (const { priority } of rules) expect(priority).toBeLessThanOrEqual(50_000);
    expect(loadBalancer.idleTimeoutSeconds).toBeLessThanOrEqual(4000);
  });

  it('spends at most five values on the conditions of a rule', () => {
    for (const { paths, header } of rules) expect(paths.length + (header ? 1 : 0)).toBeLessThanOrEqual(5);
  });

  it('routes to every service and runs each in every one of two zones', () => {
    for (const name of serviceNames) {
      const routed = rules.some(({ action }) => action.type === 'forward' && action.service === name);
      expect(routed || services[name].basePath === '').toBe(true);
    }
    expect(scaling.tasksMin).toBe(2);
  });
});
