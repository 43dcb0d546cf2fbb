/** What a task's network is made of. Travels to the process in one environment variable, which the process never sees. */
export interface TaskNetwork {
  /** The task's own address: it listens there, and its connections to 127.0.0.0/8 leave from there. */
  readonly address: string;
  /** Ports of the task's containers: `localhost:<port>` inside the task is the task itself. */
  readonly ports: readonly number[];
  /** In bridge mode: where the address listens for each of those ports. Absent: on the same. */
  readonly hostPorts?: Readonly<Record<number, number>>;
  /** As `/etc/hosts`: name (lower case) → address. */
  readonly hosts: Readonly<Record<string, string>>;
  /** DNS zones that the lab's DNS server answers for, and where it listens. */
  readonly zones: readonly string[];
  readonly dns: { readonly host: string; readonly port: number };
}

export const NETWORK_VARIABLE = 'SWITCHYARD_TASK_NETWORK';

/** The inherited descriptor on which the process reports, and whose end means that the lab is gone. */
export const CONTROL_DESCRIPTOR = 3;
