import type { LoadBalancer, TargetGroup } from '@switchyard/blueprint';
import type { NlbEvent } from './events.ts';

export interface LocalNlbOptions {
  readonly loadBalancer: LoadBalancer;
  /** Those that its listeners forward to. */
  readonly targetGroups: readonly TargetGroup[];
  /** The listeners to open: `port` is the listener's in the blueprint; `localPort` 0 takes a free one. */
  readonly listeners: readonly {
    readonly port: number;
    readonly host: string;
    readonly localPort: number;
    /** Of the node that this is: without cross-zone balancing it knows the targets of its zone only. Absent: of any, one for each flow. */
    readonly availabilityZone?: string;
  }[];
  /** Where an instance is on this machine; `undefined`: there is none of that id. Needed for targets that are instances. */
  readonly instance?: (id: string) => { readonly address: string; readonly availabilityZone: string } | undefined;
  readonly onEvent?: (event: NlbEvent) => void;
}
