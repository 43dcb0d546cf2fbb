import type { ClassicLoadBalancer } from '@switchyard/blueprint';
import type { ClassicLbEvent } from './events.ts';

export interface LocalClassicLbOptions {
  readonly loadBalancer: ClassicLoadBalancer;
  /** The listeners to open: `port` is the listener's in the blueprint; `localPort` 0 takes a free one. */
  readonly listeners: readonly { readonly port: number; readonly host: string; readonly localPort: number }[];
  /** Where an instance is on this machine; `undefined`: there is none of that id. */
  readonly instance: (id: string) => { readonly address: string; readonly availabilityZone: string } | undefined;
  readonly onEvent?: (event: ClassicLbEvent) => void;
}
