import type { Blueprint, LoadBalancer } from '@switchyard/blueprint';
import { startLocalAlb } from '@switchyard/local-alb';
import type { LocalAlb } from '@switchyard/local-alb';
import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';
import type { AwsApi, AwsEndpoint } from '@switchyard/local-aws-endpoint';
import { startLocalCloudMap } from '@switchyard/local-cloud-map';
import type { LocalCloudMap } from '@switchyard/local-cloud-map';
import { startLocalEcs } from '@switchyard/local-ecs';
import { startServiceConnect } from '@switchyard/local-service-connect';

import { workspaceRoot } from '../blueprint/workspace.ts';
import { labErrors } from '../errors.ts';
import { loopback } from '../settings.ts';
import type { Ports } from '../settings.ts';
import type { LabEvent, StandInEvent } from './lab-event.ts';
import { loadBalancerNodesOf } from './load-balancer-nodes.ts';
import { localListenersOf } from './local-listeners.ts';
import { mergeApis } from './merge-apis.ts';
import type { OtherLoadBalancer, OtherLoadBalancers, OtherLoadBalancersOptions } from './other-load-balancers.ts';
import { namingPorts } from './port-errors.ts';

export interface LabOptions {
  readonly blueprint: Blueprint;
  readonly ports: Ports;
  readonly onEvent: (event: LabEvent) => void;
}

export interface Lab extends AsyncDisposable {
  readonly urls: { readonly http: string; readonly https?: string; readonly endpoint: string };
  readonly dns: { readonly host: string; readonly port: number };
  /** Network and Classic Load Balancers. */
  readonly otherLoadBalancers: readonly OtherLoadBalancer[];
  /** The private DNS zone, where there is one. */
  readonly zoneName?: string;
  readonly serviceNames: readonly string[];
  /** Tasks are at 127.<octet>.a.b. */
  readonly addressOctet: number;
  /** Places the tasks; resolves when every service is steady, rejects when one cannot be. */
  readonly run: () => Promise<void>;
}

/** ECS reports a task's container health to Cloud Map at once; AWS takes about 30 s, for which nobody would wait at a start. */
const customHealthDelayMs = 0;

/** AWS allows 1024 for each network interface; here every task asks from the same address. */
const queriesPerSecondMax = 100 * 1024;

/** Opens the stand-ins, and puts ECS in charge of the tasks. Disposing stops the tasks, then closes the rest. */
export async function startLab({ blueprint, ports, onEvent }: LabOptions): Promise<Lab> {
  const loadBalancer = applicationLoadBalancerOf(blueprint);
  const nodes = loadBalancerNodesOf(blueprint);
  const tell = (event: StandInEvent): void => onEvent({ time: new Date().toISOString(), ...event });
  await using opening = new AsyncDisposableStack();
  const cloudMap = opening.use(await namingPorts(['dns'], ports, async () => await startCloudMap(blueprint, ports)));
  const startAlb = async (): Promise<LocalAlb> =>
    await startLocalAlb({
      loadBalancer,
      targetGroups: blueprint.targetGroups.filter(({ protocol }) => protocol === 'HTTP' || protocol === 'HTTPS'),
      listeners: localListenersOf(loadBalancer, ports),
      onEvent: (event) => tell({ source: 'load-balancer', event }),
    });
  const alb = opening.use(await namingPorts(['http', 'https'], ports, startAlb));
  // ECS and the proxies talk to the endpoint, and the endpoint mounts ECS: nobody asks before `run`, when all are there.
  let endpointUrl = '';
  const ecs = opening.use(
    await startLocalEcs({
      blueprint,
      endpointUrl: () => endpointUrl,
      dns: cloudMap.dns,
      workspaceRoot,
      reservedAddresses: [...nodes.values()].flat().map(({ vpcAddress }) => vpcAddress),
      startSidecar: async ({ taskId, address, endpoints }) =>
        await serviceConnect.startProxy({
          endpoints,
          localAddress: address,
          onEvent: (event) => tell({ source: 'service-connect', taskId, event }),
        }),
      onEvent: (event) => tell({ source: 'ecs', event }),
    }),
  );
  const { addressOctet, containerInstances: instances } = ecs;
  const others = await otherLoadBalancersOf({ blueprint, nodes, instances, addressOctet, tell });
  if (others !== undefined) opening.use(others);
  const apis = [cloudMap.api, ...loadBalancerApis(alb, others), ecs.api];
  const startEndpoint = async (): Promise<AwsEndpoint> =>
    await startAwsEndpoint({ host: loopback, port: ports.endpoint, apis });
  const endpoint = opening.use(await namingPorts(['endpoint'], ports, startEndpoint));
  endpointUrl = endpoint.url;
  const serviceConnect = opening.use(
    await startServiceConnect({ cloudMap: { endpointUrl, region: blueprint.region } }),
  );
  const resources = opening.move();
  const zoneName = blueprint.namespaces.find(({ type }) => type === 'DNS_PRIVATE')?.name;
  return {
    urls: { ...urlsOf(loadBalancer, alb), endpoint: endpointUrl },
    dns: cloudMap.dns,
    otherLoadBalancers: others?.all ?? [],
    ...(zoneName !== undefined && { zoneName }),
    serviceNames: blueprint.services.map(({ name }) => name),
    addressOctet,
    run: async () => {
      await ecs.run();
      // What the proxies load at the first request, they may as well load before it.
      void serviceConnect.warm();
    },
    [Symbol.asyncDispose]: async () => {
      // Tasks first: they deregister through everything else.
      await ecs[Symbol.asyncDispose]();
      await resources.disposeAsync();
    },
  };
}

async function startCloudMap(blueprint: Blueprint, ports: Ports): Promise<LocalCloudMap> {
  const dns = { host: loopback, port: ports.dns, queriesPerSecondMax };
  return await startLocalCloudMap({ ...blueprint, dns, customHealthDelayMs });
}

/** Elastic Load Balancing: of the second version, and of the first where there are Classic Load Balancers. */
function loadBalancerApis(alb: LocalAlb, others: OtherLoadBalancers | undefined): AwsApi[] {
  if (others === undefined) return [alb.api];
  const [firstClassic, ...moreClassics] = others.classicApis;
  const second = mergeApis([alb.api, ...others.networkApis]);
  return firstClassic === undefined ? [second] : [second, mergeApis([firstClassic, ...moreClassics])];
}

function urlsOf({ listeners }: LoadBalancer, alb: LocalAlb): Pick<Lab['urls'], 'http' | 'https'> {
  const urlOf = (protocol: string): string | undefined => {
    const port = listeners.find((listener) => listener.protocol === protocol)?.port;
    return alb.listeners.find((listener) => listener.port === port)?.url;
  };
  const https = urlOf('HTTPS');
  return { http: urlOf('HTTP') ?? '', ...(https !== undefined && { https }) };
}

/** Loaded where a blueprint has some: most have none. */
async function otherLoadBalancersOf(options: OtherLoadBalancersOptions): Promise<OtherLoadBalancers | undefined> {
  const { loadBalancers, classicLoadBalancers = [] } = options.blueprint;
  if (classicLoadBalancers.length === 0 && loadBalancers.every(({ type }) => type !== 'network')) return undefined;
  return await (await import('./other-load-balancers.ts')).startOtherLoadBalancers(options);
}

function applicationLoadBalancerOf({ loadBalancers }: Blueprint): LoadBalancer {
  const found = loadBalancers.find(({ type }) => type === 'application');
  if (found === undefined) throw labErrors.loadBalancerMissing();
  return found;
}
