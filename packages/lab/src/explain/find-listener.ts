import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';

import type { LabClient } from '../client/lab-client.ts';
import { labErrors } from '../errors.ts';
import { loopback } from '../settings.ts';
import type { WantedListener } from './request-of-arguments.ts';

export interface FoundListener {
  readonly arn: string;
  /** On AWS. */
  readonly port: number;
  readonly protocol: string;
  /** Where it answers here, when it has said so. */
  readonly localUrl?: string;
}

const localUrlTag = 'switchyard:local-url';

/** Every listener of every load balancer of the lab. */
export async function listenersOf({ elb }: LabClient): Promise<FoundListener[]> {
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const answers = await Promise.all(
    LoadBalancers.map(async ({ LoadBalancerArn }) => await elb.send(new DescribeListenersCommand({ LoadBalancerArn }))),
  );
  const listeners = answers.flatMap(({ Listeners = [] }) => Listeners);
  const arns = listeners.map(({ ListenerArn = '' }) => ListenerArn);
  const { TagDescriptions = [] } = await elb.send(new DescribeTagsCommand({ ResourceArns: arns }));
  return listeners.map(({ ListenerArn = '', Port = 0, Protocol = '' }) => {
    const { Tags = [] } = TagDescriptions.find(({ ResourceArn }) => ResourceArn === ListenerArn) ?? {};
    const localUrl = Tags.find(({ Key }) => Key === localUrlTag)?.Value;
    return { arn: ListenerArn, port: Port, protocol: Protocol, ...(localUrl !== undefined && { localUrl }) };
  });
}

/** @throws LabError LAB_LISTENER_MISSING, LAB_LISTENER_ELSEWHERE */
export function findListener(listeners: readonly FoundListener[], wanted: WantedListener): FoundListener {
  const ports = listeners.map(({ port }) => port);
  switch (wanted.by) {
    case 'protocol': {
      const found = listeners.find(({ protocol }) => protocol === wanted.protocol);
      if (found !== undefined) return found;
      throw labErrors.listenerMissing(80, ports);
    }
    case 'port': {
      const found = listeners.find(({ port }) => port === wanted.port);
      if (found !== undefined) return found;
      throw labErrors.listenerMissing(wanted.port, ports);
    }
    default: {
      const found = listeners.find(({ localUrl = '' }) => isAt(localUrl, wanted.url));
      if (found !== undefined) return found;
      const known = listeners.flatMap(({ localUrl = [] }) => localUrl);
      throw labErrors.listenerElsewhere(
        wanted.url,
        known.map((url) => url.replace(everyAddress, `//${loopback}:`)),
      );
    }
  }
}

/** As a container listens, behind a published port. */
const everyAddress = /\/\/(0\.0\.0\.0|\[::\]):/;

function isAt(localUrl: string, url: string): boolean {
  const { hostname } = new URL(url);
  return localUrl.replace(everyAddress, `//${hostname}:`) === url;
}
