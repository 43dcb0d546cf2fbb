import type { ServiceConnectService } from '@switchyard/blueprint';

/** One alias that a task may call, as its deployment froze it. */
export interface ServiceConnectEndpoint {
  /** The Cloud Map namespace's name: `mesh`. */
  readonly namespace: string;
  /** The Cloud Map service's name in it: `api`. */
  readonly discoveryName: string;
  /** The client alias: `api.mesh`, and the port that goes with it. */
  readonly dnsName: string;
  readonly port: number;
  readonly appProtocol: ServiceConnectService['appProtocol'];
  /** Absent: 15 s per request, 5 min idle (1 h for `tcp`). 0: off. */
  readonly timeout?: NonNullable<ServiceConnectService['timeout']>;
  /** The loopback address that the alias resolves to inside the task. */
  readonly listenAddress: string;
}

/** A task behind an endpoint. */
export interface HostAddress {
  readonly address: string;
  readonly port: number;
}

export function hostKeyOf(host: HostAddress): string {
  return `${host.address}:${host.port}`;
}
