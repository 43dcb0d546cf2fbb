import { containerPort, discovery, loadBalancer, meshAliasOf, serviceNames, services, tasks } from './config.ts';
import type { ServiceConfig } from './config.ts';
import { routeInWords } from './route-in-words.ts';

/** What a service is told in its environment. Everything else about its task, ECS tells it. */
export function environmentOf(service: ServiceConfig): Record<string, string> {
  return {
    SERVICE_NAME: service.name,
    PORT: String(containerPort),
    LOG_LEVEL: tasks.logLevel,
    BASE_PATH: service.basePath,
    ALB_ROUTE: routeInWords(service.name),
    ALB_IDLE_TIMEOUT_SECONDS: String(loadBalancer.idleTimeoutSeconds),
    STOP_TIMEOUT_SECONDS: String(tasks.stopTimeoutSeconds),
    METRICS_INTERVAL_SECONDS: String(tasks.metricsIntervalSeconds),
    CLOUD_MAP_NAMESPACE: discovery.namespaceName,
    PEERS: JSON.stringify(Object.fromEntries(serviceNames.map((name) => [name, peerOf(services[name])]))),
  };
}

function peerOf(service: ServiceConfig): object {
  return {
    dnsName: `${service.name}.${discovery.namespaceName}`,
    recordType: service.recordType,
    port: containerPort,
    serviceConnectUrl: `http://${meshAliasOf(service.name)}:${containerPort}`,
  };
}
