import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi, AwsInput, AwsOutput } from '@switchyard/local-aws-endpoint';

/** How much of each there is; the lists' pages are the smallest that make more than one of them. */
export interface LabSize {
  readonly services: number;
  readonly tasksOfEach: number;
  /** Default: as many as there are. */
  readonly desiredOfEach?: number;
  /** Of every service, newest first. */
  readonly events?: readonly string[];
  /** Of every task. */
  readonly processId?: number;
}

const taskAddress = (index: number): string => `127.10.${Math.floor(index / 250)}.${index % 250}`;
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** One page of a list: `size` from the position that the token names. */
function page(
  input: AwsInput,
  list: string,
  all: readonly unknown[],
  size: number,
  token: [string, string],
): AwsOutput {
  const start = Number(input[token[0]] ?? 0);
  const end = start + size;
  return { [list]: all.slice(start, end), ...(end < all.length && { [token[1]]: String(end) }) };
}

/** The three APIs of a lab of that size, all of it healthy, as narrow as AWS: lists in pages, and a limit on what is described at once. */
export function labApis(size: LabSize): readonly AwsApi[] {
  return [ecsApi(size), elbApi(size), cloudMapApi(size)];
}

function ecsApi({ services, tasksOfEach, desiredOfEach = tasksOfEach, events = [], processId }: LabSize): AwsApi {
  const arn = (kind: string, name: string): string => `arn:aws:ecs:us-east-1:000000000000:${kind}/lab/${name}`;
  const token: [string, string] = ['nextToken', 'nextToken'];
  const described = (input: AwsInput, list: string, max: number): number[] => {
    const names = input[list] as readonly string[];
    if (names.length > max)
      throw new AwsApiError('InvalidParameterException', `${list} can have at most ${max} items.`);
    return names.map((name) => Number(name.slice(name.lastIndexOf('-') + 1)));
  };
  return {
    service: 'ecs',
    protocol: { kind: 'json-1.1', targetPrefix: 'AmazonEC2ContainerServiceV20141113' },
    operations: {
      ListClusters: () => ({ clusterArns: ['arn:aws:ecs:us-east-1:000000000000:cluster/lab'] }),
      ListServices: (input) => {
        const all = range(services).map((index) => arn('service', `service-${index}`));
        return page(input, 'serviceArns', all, 10, token);
      },
      DescribeServices: (input) => ({
        services: described(input, 'services', 10).map((index) => ({
          serviceName: `service-${index}`,
          desiredCount: desiredOfEach,
          runningCount: tasksOfEach,
          events: events.map((message, index) => ({ id: String(index), message })),
          deployments: [{ status: 'PRIMARY', taskDefinition: arn('task-definition', 'web:1') }],
        })),
      }),
      ListTasks: (input) => {
        const all = range(services * tasksOfEach).map((index) => arn('task', `task-${index}`));
        return page(input, 'taskArns', all, 100, token);
      },
      DescribeTasks: (input) => ({
        tasks: described(input, 'tasks', 100).map((index) => ({
          taskArn: arn('task', `task-${index}`),
          group: `service:service-${index % services}`,
          lastStatus: 'RUNNING',
          availabilityZone: 'us-east-1a',
          attachments: [
            {
              details: [
                { name: 'privateIPv4Address', value: taskAddress(index) },
                ...(processId === undefined ? [] : [{ name: 'localProcessId', value: String(processId) }]),
              ],
            },
          ],
        })),
      }),
    },
  };
}

function elbApi({ services, tasksOfEach }: LabSize): AwsApi {
  const groups = range(services).map((index) => ({
    TargetGroupArn: `group-${index}`,
    TargetGroupName: `group-${index}`,
  }));
  return {
    service: 'elasticloadbalancing',
    protocol: { kind: 'query', xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/' },
    operations: {
      DescribeTargetGroups: (input) => page(input, 'TargetGroups', groups, 5, ['Marker', 'NextMarker']),
      DescribeTargetHealth: ({ TargetGroupArn }) => {
        const group = Number(String(TargetGroupArn).slice('group-'.length));
        const own = range(services * tasksOfEach).filter((index) => index % services === group);
        return {
          TargetHealthDescriptions: own.map((index) => ({
            Target: { Id: taskAddress(index), Port: 3000 },
            TargetHealth: { State: 'healthy' },
          })),
        };
      },
    },
  };
}

function cloudMapApi({ services, tasksOfEach }: LabSize): AwsApi {
  const token: [string, string] = ['NextToken', 'NextToken'];
  const instancesOf = ({ ServiceId }: AwsInput): string[] => {
    const service = Number(String(ServiceId).slice('srv-'.length));
    return range(services * tasksOfEach)
      .filter((index) => index % services === service)
      .map((index) => `task-${index}`);
  };
  return {
    service: 'servicediscovery',
    protocol: { kind: 'json-1.1', targetPrefix: 'Route53AutoNaming_v20170314' },
    operations: {
      ListServices: (input) => {
        const all = range(services).map((index) => ({
          Id: `srv-${index}`,
          Name: `service-${index}`,
          Type: 'DNS_HTTP',
        }));
        return page(input, 'Services', all, 5, token);
      },
      ListInstances: (input) => {
        const all = instancesOf(input).map((Id) => ({ Id }));
        return page(input, 'Instances', all, 3, token);
      },
      GetInstancesHealthStatus: (input) => {
        const { Status, ...rest } = page(input, 'Status', instancesOf(input), 2, token);
        return { ...rest, Status: Object.fromEntries((Status as readonly string[]).map((id) => [id, 'HEALTHY'])) };
      },
    },
  };
}
