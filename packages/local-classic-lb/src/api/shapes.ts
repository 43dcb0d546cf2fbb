import type { ClassicLoadBalancer } from '@switchyard/blueprint';

/** Blueprint values in the shapes of the classic ELB API. */

export function loadBalancerShape(loadBalancer: ClassicLoadBalancer, instances: readonly { InstanceId: string }[]) {
  const { healthCheck } = loadBalancer;
  return {
    LoadBalancerName: loadBalancer.name,
    DNSName: loadBalancer.dnsName,
    Scheme: loadBalancer.scheme,
    VPCId: loadBalancer.vpc,
    Subnets: loadBalancer.subnets,
    SecurityGroups: loadBalancer.securityGroups,
    Instances: instances,
    ListenerDescriptions: loadBalancer.listeners.map((listener) => ({
      Listener: {
        Protocol: listener.protocol,
        LoadBalancerPort: listener.port,
        InstanceProtocol: listener.instanceProtocol,
        InstancePort: listener.instancePort,
      },
      PolicyNames: [],
    })),
    HealthCheck: {
      Target: `${healthCheck.protocol}:${healthCheck.port}${healthCheck.path ?? ''}`,
      Interval: healthCheck.intervalSeconds,
      Timeout: healthCheck.timeoutSeconds,
      HealthyThreshold: healthCheck.healthyThreshold,
      UnhealthyThreshold: healthCheck.unhealthyThreshold,
    },
  };
}

export function attributesShape(loadBalancer: ClassicLoadBalancer) {
  const { connectionDrainingSeconds, crossZone, idleTimeoutSeconds } = loadBalancer;
  return {
    CrossZoneLoadBalancing: { Enabled: crossZone },
    AccessLog: { Enabled: false },
    ConnectionDraining: {
      Enabled: connectionDrainingSeconds !== undefined,
      Timeout: connectionDrainingSeconds ?? 300,
    },
    ConnectionSettings: { IdleTimeout: idleTimeoutSeconds },
  };
}
