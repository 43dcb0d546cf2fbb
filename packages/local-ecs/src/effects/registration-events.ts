import type { Blueprint } from '@switchyard/blueprint';
import { eventText } from '../core/event-text.ts';
import { classicGroup } from '../core/target-refs.ts';
import type { Records } from './records.ts';
import type { RegistrationsOptions } from './registrations.ts';
import type { TargetWatch } from './target-watch.ts';

/** Says in the services' events what was registered, and has its targets looked at soon. */
export function registrationEvents(
  { targetGroups }: Blueprint,
  records: Records,
  targetWatch: TargetWatch,
): Pick<RegistrationsOptions, 'onTargets' | 'onInstances'> {
  return {
    onTargets(service, targetGroup, change, count) {
      const arn = targetGroups.find((each) => each.name === targetGroup)?.arn ?? targetGroup;
      records.say(service, eventText[change](service, count, arn));
      targetWatch.hurry(targetGroup);
    },
    onInstances(service, loadBalancer, change, count) {
      const text = change === 'registered' ? eventText.instanceRegistered : eventText.instanceDeregistered;
      records.say(service, text(service, count, loadBalancer));
      targetWatch.hurry(classicGroup(loadBalancer));
    },
  };
}
