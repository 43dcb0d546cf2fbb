import { App } from 'aws-cdk-lib';
import type { NatOption } from './constructs/tiered-vpc.ts';
import { featureFlags } from './feature-flags.ts';
import { NetworkStack } from './stacks/network-stack.ts';
import { PlatformStack } from './stacks/platform-stack.ts';
import { ServicesStack } from './stacks/services-stack.ts';

export interface SwitchyardOptions {
  /** Folder that holds the Dockerfile. */
  readonly repositoryRoot: string;
  /** Where the cloud assembly goes. */
  readonly outdir?: string;
  /** @default 2 */
  readonly availabilityZones?: number;
  /** @default 'one' */
  readonly nat?: NatOption;
  /** Whether to check the templates against CloudFormation's schemas, which takes two seconds. @default false */
  readonly validateTemplates?: boolean;
}

export interface Switchyard {
  readonly app: App;
  readonly network: NetworkStack;
  readonly platform: PlatformStack;
  readonly services: ServicesStack;
}

/** The whole system, for any account and region. Nothing is written until `app.synth()`. */
export function buildApp(options: SwitchyardOptions): Switchyard {
  const { repositoryRoot, outdir, availabilityZones, nat } = options;
  const app = new App({
    outdir,
    autoSynth: false,
    analyticsReporting: false,
    treeMetadata: false,
    stackTraces: false,
    builtinCloudFormationValidation: options.validateTemplates ?? false,
    context: featureFlags,
  });
  const network = new NetworkStack(app, 'Switchyard-Network', {
    description: 'Switchyard: the VPC',
    availabilityZones,
    nat,
  });
  const platform = new PlatformStack(app, 'Switchyard-Platform', {
    description: 'Switchyard: cluster, namespaces and load balancer',
    network: network.network,
  });
  const services = new ServicesStack(app, 'Switchyard-Services', {
    description: 'Switchyard: the services and the rules that route to them',
    network: network.network,
    platform,
    repositoryRoot,
  });
  return { app, network, platform, services };
}
