import { RemovalPolicy, Stack, Tags, Validations } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { CfnNetworkInsightsPath } from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { serviceNames, tasks } from '../config.ts';
import { InterfaceLookup } from '../constructs/interface-lookup.ts';
import { holdsNothing } from '../weak-references.ts';
import type { NetworkStack } from './network-stack.ts';
import type { PlatformStack } from './platform-stack.ts';
import type { ServicesStack } from './services-stack.ts';

export interface ReachabilityStackProps extends StackProps {
  readonly network: NetworkStack;
  readonly platform: PlatformStack;
  readonly services: ServicesStack;
  /** Where the load balancer serves its rules. */
  readonly listenerPort: number;
}

interface Path {
  readonly source: string;
  readonly destination: string;
  /** The port that the source sends to. */
  readonly sentTo: number;
  /** The port at which it arrives. @default the same */
  readonly arrivesAt?: number;
}

/**
 * Paths for the Reachability Analyzer, which reads the configuration and sends no packet: the internet to the load balancer, through it
 * to each service, and the worker to the internet. Defining them costs nothing; each analysis does.
 */
export class ReachabilityStack extends Stack {
  constructor(scope: Construct, id: string, props: ReachabilityStackProps) {
    super(scope, id, props);
    holdsNothing(this);
    const { platform, services, listenerPort } = props;
    const internet = props.network.network.vpc.internetGatewayId ?? '';
    const logGroup = new LogGroup(this, 'Logs', {
      retention: tasks.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const loadBalancer = new InterfaceLookup(this, 'entrance', {
      securityGroup: platform.entrance.securityGroup,
      version: platform.entrance.loadBalancer.loadBalancerFullName,
      logGroup,
    }).networkInterfaceId;
    const interfaces = Object.fromEntries(
      serviceNames.map((name) => {
        const { securityGroup, task } = services.services[name];
        const { networkInterfaceId } = new InterfaceLookup(this, name, {
          securityGroup,
          version: task.fingerprint,
          logGroup,
        });
        return [name, networkInterfaceId];
      }),
    );
    const paths: Record<string, Path> = {
      'internet to load balancer': { source: internet, destination: loadBalancer, sentTo: listenerPort },
      'worker to internet': { source: interfaces['worker'] ?? '', destination: internet, sentTo: 443 },
    };
    for (const name of serviceNames) {
      paths[`internet to ${name}`] = {
        source: internet,
        destination: interfaces[name] ?? '',
        sentTo: listenerPort,
        arrivesAt: services.services[name].targetPort,
      };
    }
    for (const [name, path] of Object.entries(paths)) this.#define(name, path);
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
      reason:
        'The CDK’s own function makes the look-ups; besides them it writes its log, which is all that the policy allows.',
    });
  }

  #define(name: string, { source, destination, sentTo, arrivesAt = sentTo }: Path): void {
    const path = new CfnNetworkInsightsPath(this, name, {
      source,
      destination,
      protocol: 'tcp',
      filterAtSource: { destinationPortRange: { fromPort: sentTo, toPort: sentTo } },
      filterAtDestination: { destinationPortRange: { fromPort: arrivesAt, toPort: arrivesAt } },
    });
    Tags.of(path).add('Name', name);
  }
}
