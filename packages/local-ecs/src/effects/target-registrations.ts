import type { Blueprint } from '@switchyard/blueprint';
import { targetRefsOf } from '../core/target-refs.ts';
import type { AwsClients, ClassicClient } from './aws-clients.ts';
import { createClassicRegistrations } from './classic-registrations.ts';
import { coalesce } from './coalesce.ts';
import type { RegisteredTask, RegistrationChange } from './registered-task.ts';

/** A service, a target group's or a Classic Load Balancer's name, and how many went in or out with one call. */
type Tell = (service: string, name: string, change: RegistrationChange, count: number) => void;

export interface TargetRegistrationsOptions {
  readonly blueprint: Blueprint;
  readonly clients: () => Promise<AwsClients>;
  readonly classic: () => Promise<ClassicClient>;
  readonly signal: AbortSignal;
  readonly onTargets: Tell;
  /** The same of a Classic Load Balancer and instances. */
  readonly onInstances: Tell;
}

interface Target {
  readonly service: string;
  readonly id: string;
  readonly port: number;
  /** Of an address; an instance's AWS knows. */
  readonly zone: string | undefined;
}

/** Gives what puts a task into its target groups and behind its Classic Load Balancers, or takes it out. */
export function createTargetRegistrations(
  options: TargetRegistrationsOptions,
): (task: RegisteredTask, change: RegistrationChange) => Promise<void> {
  const { blueprint } = options;
  const inGroup = {
    registered: targetCalls(options, 'registered'),
    deregistered: targetCalls(options, 'deregistered'),
  };
  const classic = createClassicRegistrations(options.classic, options.signal, (loadBalancer, change, instances) => {
    for (const [service, count] of countByService(instances)) options.onInstances(service, loadBalancer, change, count);
  });
  return async (task, change) => {
    const service = task.service.name;
    const inGroups = targetRefsOf(task, task.service, blueprint.targetGroups).map(async ({ group, id, port }) => {
      const zone = id === task.address ? task.zone : undefined;
      if (port !== undefined) await inGroup[change](group, { service, id, port, zone });
    });
    const behindClassic = (task.service.classicLoadBalancers ?? []).map(
      async ({ loadBalancer }) =>
        await classic[change](loadBalancer, { service, ec2InstanceId: task.instance?.ec2InstanceId ?? task.address }),
    );
    await Promise.all([...inGroups, ...behindClassic]);
  };
}

function targetCalls(
  { blueprint, clients, signal, onTargets }: TargetRegistrationsOptions,
  change: RegistrationChange,
): (targetGroup: string, target: Target) => Promise<void> {
  const arns = new Map(blueprint.targetGroups.map(({ name, arn }) => [name, arn]));
  return coalesce<Target>(async (name, targets) => {
    const { elb, Elb } = await clients();
    const input = {
      TargetGroupArn: arns.get(name),
      // AWS knows the zone of an address by its subnet; a load balancer that sees 127.a.b.c has to be told.
      Targets: targets.map(({ id, port, zone }) => ({
        Id: id,
        Port: port,
        ...(zone === undefined ? {} : { AvailabilityZone: zone }),
      })),
    };
    await (change === 'registered'
      ? elb.send(new Elb.RegisterTargetsCommand(input), { abortSignal: signal })
      : elb.send(new Elb.DeregisterTargetsCommand(input), { abortSignal: signal }));
    for (const [service, count] of countByService(targets)) onTargets(service, name, change, count);
  });
}

function countByService(all: readonly { readonly service: string }[]): [service: string, count: number][] {
  return [...Map.groupBy(all, ({ service }) => service)].map(([service, each]) => [service, each.length]);
}
