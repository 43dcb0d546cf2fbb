import { App } from 'aws-cdk-lib';
import { loadBalancer } from './config.ts';
import { featureFlags } from './feature-flags.ts';
import { NetworkModesStack } from './stacks/network-modes-stack.ts';
import { NetworkStack } from './stacks/network-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';
import { PlatformStack } from './stacks/platform-stack.ts';
import { ReachabilityStack } from './stacks/reachability-stack.ts';
import { ServicesStack } from './stacks/services-stack.ts';
import { parseSwitches } from './switches.ts';
import type { Switches } from './switches.ts';

export interface SwitchyardOptions {
  /** Folder that holds the Dockerfile. */
  readonly repositoryRoot: string;
  /** Where the cloud assembly goes. @default a new temporary folder */
  readonly outdir?: string;
  /** Whether to check the templates against CloudFormation's schemas, which takes two seconds. @default false */
  readonly validateTemplates?: boolean;
  /** Switches, as CDK context; they add to what the CDK's command line hands over. @default none */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** By which a bill can be read. */
const tags = { Application: 'switchyard' };

export interface Switchyard {
  readonly app: App;
  readonly network: NetworkStack;
  readonly platform: PlatformStack;
  readonly services: ServicesStack;
  readonly observability: ObservabilityStack;
  /** Only by a switch. */
  readonly reachability?: ReachabilityStack;
  /** Only by a switch. */
  readonly networkModes?: NetworkModesStack;
}

/**
 * The whole system, for any account and region. Nothing is written until `app.synth()`.
 *
 * @throws SwitchError when the context asks for something that cannot be.
 */
export function buildApp(options: SwitchyardOptions): Switchyard {
  const app = new App({
    outdir: options.outdir,
    autoSynth: false,
    analyticsReporting: false,
    treeMetadata: false,
    stackTraces: false,
    builtinCloudFormationValidation: options.validateTemplates ?? false,
    context: { ...featureFlags, ...options.context },
  });
  return { app, ...stacksIn(app, parseSwitches(app.node.getAllContext()), options.repositoryRoot) };
}

function stacksIn(app: App, switches: Switches, repositoryRoot: string): Omit<Switchyard, 'app'> {
  const https = switches.domainName !== undefined;
  const listenerPorts = https ? [loadBalancer.httpPort, loadBalancer.httpsPort] : [loadBalancer.httpPort];
  const network = new NetworkStack(app, 'Switchyard-Network', {
    ...switches,
    tags,
    description: 'Switchyard: the VPC',
    availabilityZones: switches.zones,
    listenerPorts,
    runsInstances: switches.networkModes,
  });
  const platform = new PlatformStack(app, 'Switchyard-Platform', {
    ...switches,
    tags,
    description: 'Switchyard: cluster, namespaces and load balancer',
    network: network.network,
    listenerPorts,
  });
  const services = new ServicesStack(app, 'Switchyard-Services', {
    tags,
    description: 'Switchyard: the services and the rules that route to them',
    network,
    platform,
    repositoryRoot,
    architecture: switches.architecture,
    targetTls: switches.targetTls,
  });
  const observability = new ObservabilityStack(app, 'Switchyard-Observability', {
    tags,
    description: 'Switchyard: alarms, dashboard and saved queries',
    network,
    platform,
    services,
  });
  const all = { network, platform, services, observability };
  return { ...all, ...optionalStacksIn(app, switches, { ...all, https, repositoryRoot }) };
}

/** What only some want. */
function optionalStacksIn(
  app: App,
  switches: Switches,
  { https, repositoryRoot, ...stacks }: Omit<Switchyard, 'app'> & { https: boolean; repositoryRoot: string },
): Pick<Switchyard, 'reachability' | 'networkModes'> {
  return {
    ...(switches.reachability && {
      reachability: new ReachabilityStack(app, 'Switchyard-Reachability', {
        ...stacks,
        tags,
        description: 'Switchyard: paths for the Reachability Analyzer',
        listenerPort: https ? loadBalancer.httpsPort : loadBalancer.httpPort,
      }),
    }),
    ...(switches.networkModes && {
      networkModes: new NetworkModesStack(app, 'Switchyard-NetworkModes', {
        ...stacks,
        tags,
        description: 'Switchyard: the worker on EC2 instances, in bridge and host mode',
        zones: switches.zones,
        architecture: switches.architecture,
        repositoryRoot,
      }),
    }),
  };
}
