/** The longest time that a timer can be set to, 24 days: one set to more fires at once. */
const TIMER_MS_MAX = 2_147_483_647;

/** A time that a task definition or a service says, as a timer takes it. */
export function timerMs(ms: number): number {
  return Math.min(ms, TIMER_MS_MAX);
}
