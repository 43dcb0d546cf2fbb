import type { ClassicLoadBalancer } from '@switchyard/blueprint';
import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi, AwsInput } from '@switchyard/local-aws-endpoint';
import { knownHealth } from '../core/instance-state.ts';
import type { Fleet } from '../effects/fleet.ts';
import type { LocalClassicLbOptions } from '../options.ts';
import { attributesShape, loadBalancerShape } from './shapes.ts';

/** Elastic Load Balancing, version 2012-06-01, for one load balancer: what it is, and which instances it has. */
export function classicElbApi(
  loadBalancer: ClassicLoadBalancer,
  fleet: Fleet,
  instanceOf: LocalClassicLbOptions['instance'],
): AwsApi {
  const registered = (): { InstanceId: string }[] =>
    [...fleet.instances.all.values()].filter(({ isDraining }) => !isDraining).map(({ id }) => ({ InstanceId: id }));
  const check = (input: AwsInput): void => {
    if (input['LoadBalancerName'] !== loadBalancer.name) throw notFound(String(input['LoadBalancerName']));
  };
  return {
    service: 'elasticloadbalancing',
    protocol: { kind: 'query', xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/' },
    operations: {
      DescribeLoadBalancers(input) {
        const names = input['LoadBalancerNames'];
        for (const name of Array.isArray(names) ? names : []) check({ LoadBalancerName: name });
        return { LoadBalancerDescriptions: [loadBalancerShape(loadBalancer, registered())] };
      },
      DescribeLoadBalancerAttributes(input) {
        check(input);
        return { LoadBalancerAttributes: attributesShape(loadBalancer) };
      },
      DescribeInstanceHealth(input) {
        check(input);
        const { all } = fleet.instances;
        const ids = input['Instances'] === undefined ? [...all.keys()] : instanceIdsOf(input);
        return {
          InstanceStates: ids.map((id) => {
            const { state, reasonCode, description } = all.get(id)?.health ?? knownHealth.notRegistered;
            return { InstanceId: id, State: state, ReasonCode: reasonCode, Description: description };
          }),
        };
      },
      RegisterInstancesWithLoadBalancer(input) {
        check(input);
        const found = instanceIdsOf(input).map((id) => {
          const place = instanceOf(id);
          if (place === undefined) throw new AwsApiError('InvalidInstance', `Could not find EC2 instance ${id}.`);
          return { id, address: place.address };
        });
        for (const { id, address } of found) fleet.register(id, address);
        return { Instances: registered() };
      },
      DeregisterInstancesFromLoadBalancer(input) {
        check(input);
        for (const id of instanceIdsOf(input)) fleet.deregister(id);
        return { Instances: registered() };
      },
    },
  };
}

function notFound(name: string): AwsApiError {
  return new AwsApiError('LoadBalancerNotFound', `There is no ACTIVE Load Balancer named '${name}'`);
}

function instanceIdsOf(input: AwsInput): string[] {
  const instances = input['Instances'];
  if (!Array.isArray(instances)) throw new AwsApiError('ValidationError', 'Instances must be a list');
  return instances.map((each: AwsInput) => {
    const id = each['InstanceId'];
    if (typeof id !== 'string' || id === '') throw new AwsApiError('ValidationError', 'InstanceId is required');
    return id;
  });
}
