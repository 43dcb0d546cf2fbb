import { coalesce } from './coalesce.ts';
import type { ClassicClient } from './aws-clients.ts';
import type { RegistrationChange } from './registered-task.ts';

export interface ClassicInstance {
  readonly service: string;
  readonly ec2InstanceId: string;
}

/** Puts instances behind Classic Load Balancers and takes them out; `onChange` hears of each load balancer's name and who changed. */
export function createClassicRegistrations(
  classic: () => Promise<ClassicClient>,
  signal: AbortSignal,
  onChange: (loadBalancer: string, change: RegistrationChange, instances: readonly ClassicInstance[]) => void,
): Record<RegistrationChange, (loadBalancer: string, instance: ClassicInstance) => Promise<void>> {
  const call = (change: RegistrationChange) =>
    coalesce<ClassicInstance>(async (LoadBalancerName, instances) => {
      const { elb, Elb } = await classic();
      const input = {
        LoadBalancerName,
        Instances: instances.map(({ ec2InstanceId }) => ({ InstanceId: ec2InstanceId })),
      };
      await (change === 'registered'
        ? elb.send(new Elb.RegisterInstancesWithLoadBalancerCommand(input), { abortSignal: signal })
        : elb.send(new Elb.DeregisterInstancesFromLoadBalancerCommand(input), { abortSignal: signal }));
      onChange(LoadBalancerName, change, instances);
    });
  return { registered: call('registered'), deregistered: call('deregistered') };
}
