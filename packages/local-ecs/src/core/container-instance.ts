import type { Blueprint, TaskDefinition } from '@switchyard/blueprint';
import { addressOf, loopbackAddressOf, parseCidr } from './addresses.ts';

/** An EC2 instance that runs containers. Its tasks in bridge and host mode have its address and one of its ports each. */
export interface ContainerInstance {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly arn: string;
  /** `i-<17 hexadecimal digits>`. */
  readonly ec2InstanceId: string;
  readonly instanceType: string;
  readonly cluster: string;
  readonly capacityProvider: string;
  readonly subnet: string;
  readonly zone: string;
  readonly address: string;
  readonly vpcAddress: string;
}

/**
 * The instances of every capacity provider that a cluster may use: as many as their groups desire, dealt to the groups' subnets in turn.
 * Their addresses are the subnets' last ones, so that tasks with addresses of their own get the same as without instances. `digits` gives
 * so many random hexadecimal digits.
 */
export function containerInstancesOf(
  blueprint: Blueprint,
  addressOctet: number,
  digits: (count: number) => string,
): ContainerInstance[] {
  const given = new Map<string, number>();
  return blueprint.clusters.flatMap((cluster) =>
    (cluster.capacityProviders ?? []).flatMap((capacityProvider) => {
      const provider = blueprint.capacityProviders?.find(({ name }) => name === capacityProvider);
      const group = blueprint.autoScalingGroups?.find(({ name }) => name === provider?.autoScalingGroup);
      const subnets = blueprint.subnets.filter(({ name }) => group?.subnets.includes(name));
      return Array.from({ length: group?.desiredCapacity ?? 0 }, (_, index): ContainerInstance[] => {
        const subnet = subnets[index % subnets.length];
        if (subnet === undefined) return [];
        const { first, size } = parseCidr(subnet.cidrBlock);
        const nth = (given.get(subnet.name) ?? 0) + 1;
        given.set(subnet.name, nth);
        // The very last address of a subnet is AWS's.
        const vpcAddress = addressOf(first + size - 1 - nth);
        const id = digits(32);
        const { partition, region, accountId } = blueprint;
        return [
          {
            id,
            arn: `arn:${partition}:ecs:${region}:${accountId}:container-instance/${cluster.name}/${id}`,
            ec2InstanceId: `i-${digits(17)}`,
            instanceType: group?.instanceType ?? '',
            cluster: cluster.name,
            capacityProvider,
            subnet: subnet.name,
            zone: subnet.availabilityZone,
            address: loopbackAddressOf(vpcAddress, addressOctet),
            vpcAddress,
          },
        ];
      }).flat();
    }),
  );
}

/** The ports of the instance that a task needs, whichever instance it is; 0 for any that is free. By container port. */
export function wantedHostPorts({ networkMode, containers }: TaskDefinition): Map<number, number> {
  const mappings = containers.flatMap(({ portMappings }) => portMappings);
  return new Map(
    mappings.map(({ containerPort, hostPort }) => [
      containerPort,
      networkMode === 'host' ? containerPort : (hostPort ?? 0),
    ]),
  );
}

/** Where bridge mode takes ports from when a container asks for any. Source: ECS API reference, PortMapping.hostPort. */
const DYNAMIC_PORT_FIRST = 32_768;
const DYNAMIC_PORT_LAST = 60_999;

/** A free port of an instance, from a random number in [0, 1); `undefined` when all are taken. */
export function dynamicPort(taken: ReadonlySet<number>, random: number): number | undefined {
  const count = DYNAMIC_PORT_LAST - DYNAMIC_PORT_FIRST + 1;
  const start = Math.floor(random * count);
  for (let step = 0; step < count; step += 1) {
    const port = DYNAMIC_PORT_FIRST + ((start + step) % count);
    if (!taken.has(port)) return port;
  }
  return undefined;
}
