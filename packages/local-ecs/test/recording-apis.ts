import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi, AwsInput, AwsOperation, AwsOutput } from '@switchyard/local-aws-endpoint';

type Target = { readonly Id: string; readonly Port: number };

/** Elastic Load Balancing and Cloud Map as far as ECS calls them: what was called, and what is registered now. */
export class RecordingApis {
  readonly calls: { readonly operation: string; readonly input: AwsInput }[] = [];
  /** Told after every call. */
  readonly watchers = new Set<() => void>();
  /** By target group ARN, `address:port` → state. */
  readonly targets = new Map<string, Map<string, { state: string; description?: string }>>();
  /** By Cloud Map service id, instance id → attributes. */
  readonly instances = new Map<string, Map<string, Record<string, string>>>();
  readonly createdServices = new Map<string, string>();
  /** The state of a target that has just been registered, and of one that has been deregistered. */
  registeredState = 'healthy';
  deregisteredState: string | undefined = undefined;
  /** What RegisterTargets fails with. */
  registerError: string | undefined = undefined;
  /** Whether Elastic Load Balancing answers nothing but 503. */
  isDown = false;

  /** Instances behind the one Classic Load Balancer; all are in service. */
  readonly classicInstances = new Set<string>();

  /** Stands around every call, to hold it up before or after it has had its effect. */
  around: (operation: string, call: () => Promise<AwsOutput>) => Promise<AwsOutput> = async (_, call) => await call();

  readonly #recording: AwsApi[] = [
    {
      service: 'elasticloadbalancing',
      protocol: { kind: 'query', xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/' },
      operations: {
        RegisterInstancesWithLoadBalancer: (input) => {
          this.#called('RegisterInstancesWithLoadBalancer', input);
          for (const id of instanceIdsOf(input)) this.classicInstances.add(id);
          return {};
        },
        DeregisterInstancesFromLoadBalancer: (input) => {
          this.#called('DeregisterInstancesFromLoadBalancer', input);
          for (const id of instanceIdsOf(input)) this.classicInstances.delete(id);
          return {};
        },
        DescribeInstanceHealth: () => ({
          InstanceStates: [...this.classicInstances].map((InstanceId) => ({ InstanceId, State: 'InService' })),
        }),
      },
    },
    {
      service: 'elasticloadbalancing',
      protocol: { kind: 'query', xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/' },
      operations: {
        RegisterTargets: (input) => {
          this.#called('RegisterTargets', input);
          if (this.registerError !== undefined) throw new AwsApiError('TooManyTargets', this.registerError);
          for (const key of keysOf(input)) this.#group(input).set(key, { state: this.registeredState });
          return {};
        },
        DeregisterTargets: (input) => {
          this.#called('DeregisterTargets', input);
          for (const key of keysOf(input)) {
            if (this.deregisteredState === undefined) this.#group(input).delete(key);
            else this.#group(input).set(key, { state: this.deregisteredState });
          }
          return {};
        },
        DescribeTargetGroups: () => {
          if (this.isDown) throw new AwsApiError('ServiceUnavailable', 'Not yet.', 503);
          return { TargetGroups: [] };
        },
        DescribeTargetHealth: (input) => ({
          TargetHealthDescriptions: [...this.#group(input)].map(([key, { state, description }]) => {
            const [Id, Port] = key.split(':');
            return { Target: { Id, Port: Number(Port) }, TargetHealth: { State: state, Description: description } };
          }),
        }),
      },
    },
    {
      service: 'servicediscovery',
      protocol: { kind: 'json-1.1', targetPrefix: 'Route53AutoNaming_v20170314' },
      operations: {
        RegisterInstance: (input) => {
          this.#called('RegisterInstance', input);
          const service = String(input['ServiceId']);
          const instances = this.instances.get(service) ?? new Map<string, Record<string, string>>();
          instances.set(String(input['InstanceId']), input['Attributes'] as Record<string, string>);
          this.instances.set(service, instances);
          return { OperationId: 'op' };
        },
        DeregisterInstance: (input) => {
          this.#called('DeregisterInstance', input);
          const wasThere = this.instances.get(String(input['ServiceId']))?.delete(String(input['InstanceId']));
          if (wasThere !== true) throw new AwsApiError('InstanceNotFound', 'There is no such instance.');
          return { OperationId: 'op' };
        },
        UpdateInstanceCustomHealthStatus: (input) => {
          this.#called('UpdateInstanceCustomHealthStatus', input);
          return {};
        },
        CreateService: (input) => {
          this.#called('CreateService', input);
          const name = String(input['Name']);
          if (this.createdServices.has(name)) throw new AwsApiError('ServiceAlreadyExists', 'It exists.');
          this.createdServices.set(name, `srv-sc-${name}`);
          return { Service: { Id: `srv-sc-${name}`, Name: name } };
        },
        ListNamespaces: () => ({ Namespaces: [] }),
        ListInstances: (input) => ({
          Instances: [...(this.instances.get(String(input['ServiceId'])) ?? [])].map(([Id, Attributes]) => ({
            Id,
            Attributes,
          })),
        }),
        ListServices: () => ({
          Services: [
            ...[...this.createdServices].map(([Name, Id]) => ({ Name, Id })),
            ...[...this.instances.keys()]
              .filter((id) => ![...this.createdServices.values()].includes(id))
              .map((Id) => ({ Name: Id, Id })),
          ],
        }),
      },
    },
  ];

  readonly apis: AwsApi[] = this.#recording.map((api) => {
    const operations = Object.entries(api.operations).map(([name, run]): [string, AwsOperation] => [
      name,
      async (input) => await this.around(name, async () => await run(input)),
    ]);
    return { ...api, operations: Object.fromEntries(operations) };
  });

  /** Targets of every group in a state, as `address:port`. */
  targetsIn(state: string): string[] {
    return [...this.targets.values()].flatMap((group) =>
      [...group].flatMap(([key, target]) => (target.state === state ? [key] : [])),
    );
  }

  setTarget(address: string, state: string, description?: string): void {
    for (const group of this.targets.values()) {
      for (const key of group.keys()) {
        if (key.startsWith(`${address}:`))
          group.set(key, { state, ...(description === undefined ? {} : { description }) });
      }
    }
  }

  instancesOf(service: string): Record<string, string>[] {
    return [...(this.instances.get(service)?.values() ?? [])];
  }

  #called(operation: string, input: AwsInput): void {
    this.calls.push({ operation, input });
    // After the call has had its effect.
    queueMicrotask(() => {
      for (const tell of this.watchers) tell();
    });
  }

  #group(input: AwsInput): Map<string, { state: string; description?: string }> {
    const arn = String(input['TargetGroupArn']);
    const group = this.targets.get(arn) ?? new Map<string, { state: string; description?: string }>();
    this.targets.set(arn, group);
    return group;
  }
}

function keysOf(input: AwsInput): string[] {
  return (input['Targets'] as Target[]).map(({ Id, Port }) => `${Id}:${Port}`);
}

function instanceIdsOf(input: AwsInput): string[] {
  return (input['Instances'] as { readonly InstanceId: string }[]).map(({ InstanceId }) => InstanceId);
}
