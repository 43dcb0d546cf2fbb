import type { AlbEvent } from '@switchyard/local-alb';
import type { ClassicLbEvent } from '@switchyard/local-classic-lb';
import type { EcsEvent } from '@switchyard/local-ecs';
import type { NlbEvent } from '@switchyard/local-nlb';
import type { ServiceConnectEvent } from '@switchyard/local-service-connect';

/** What a stand-in tells, and which one. */
export type StandInEvent =
  | { readonly source: 'load-balancer'; readonly event: AlbEvent }
  | { readonly source: 'network-load-balancer'; readonly event: NlbEvent }
  | { readonly source: 'classic-load-balancer'; readonly event: ClassicLbEvent }
  | { readonly source: 'ecs'; readonly event: EcsEvent }
  | { readonly source: 'service-connect'; readonly taskId: string; readonly event: ServiceConnectEvent };

/** With when (ISO 8601, UTC). */
export type LabEvent = { readonly time: string } & StandInEvent;
