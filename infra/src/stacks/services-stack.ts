import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Peer, Port } from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { defaultService, loadBalancer, rules, services, tasks } from '../config.ts';
import type { ServiceName } from '../config.ts';
import { PathRouter } from '../constructs/path-router.ts';
import { RoutedService } from '../constructs/routed-service.ts';
import type { NetworkStack } from './network-stack.ts';
import type { PlatformStack } from './platform-stack.ts';

export interface ServicesStackProps extends StackProps {
  readonly network: NetworkStack;
  readonly platform: PlatformStack;
  /** Folder that holds the Dockerfile. */
  readonly repositoryRoot: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** Whether the load balancer speaks HTTPS to the services. @default false */
  readonly targetTls?: boolean;
}

/** Deployed most often: the services, the rules that route to them, and who may call whom. */
export class ServicesStack extends Stack {
  readonly services: Readonly<Record<ServiceName, RoutedService>>;
  readonly router: PathRouter;
  /** What Service Connect's proxies write. */
  readonly proxyLogs: LogGroup;

  constructor(scope: Construct, id: string, props: ServicesStackProps) {
    super(scope, id, props);
    const { network, platform, repositoryRoot, architecture, targetTls } = props;
    this.proxyLogs = new LogGroup(this, 'ProxyLogs', {
      retention: tasks.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const service = (name: ServiceName) =>
      new RoutedService(this, name, {
        service: services[name],
        cluster: platform.cluster,
        network: network.network,
        namespace: platform.namespace,
        mesh: platform.mesh,
        meshEncryption: platform.meshEncryption,
        targetTls,
        loadBalancer: platform.entrance.loadBalancer,
        proxyLogs: this.proxyLogs,
        repositoryRoot,
        architecture,
      });
    this.services = { frontend: service('frontend'), api: service('api'), worker: service('worker') };
    const { frontend, api, worker } = this.services;
    this.router = new PathRouter(this, 'Router', {
      loadBalancer: platform.entrance.loadBalancer,
      httpPort: loadBalancer.httpPort,
      httpsPort: loadBalancer.httpsPort,
      certificate: platform.domain?.certificate,
      rules,
      defaultService,
      targetGroups: { frontend: frontend.targetGroup, api: api.targetGroup, worker: worker.targetGroup },
    });
    for (const caller of Object.values(services)) {
      const { securityGroup } = this.services[caller.name];
      securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'Images, logs and the AWS APIs');
      network.endpoints.letIn(securityGroup, caller.name);
      for (const callee of caller.calls) this.services[caller.name].allowToCall(this.services[callee]);
      this.services[caller.name].scaleWithLoad();
      const { alarm } = this.services[caller.name].errors;
      if (platform.alarmTopic) alarm.addAlarmAction(new SnsAction(platform.alarmTopic));
    }
  }
}
