import { isIPv4 } from 'node:net';

import { ECSClient } from '@aws-sdk/client-ecs';
import type { ECSServiceException as ServiceException } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';

import { labErrors } from '../errors.ts';
import { endpointVariable, loopback, portSettings, portsOf } from '../settings.ts';
import type { Environment } from '../context.ts';

/** The three AWS APIs of a running lab, through the SDK that any other client would use. */
export interface LabClient extends Disposable {
  readonly endpointUrl: string;
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly cloudMap: ServiceDiscoveryClient;
  /** For a client of another API. */
  readonly options: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
}

/**
 * The endpoint from the flag, else the environment, else the default port.
 * @throws LabError LAB_ENDPOINT_INVALID
 */
export function endpointUrlOf(flag: string | undefined, environment: Environment): string {
  const text = flag ?? environment[endpointVariable] ?? `http://${loopback}:${portsOf({}, environment).endpoint}`;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw labErrors.endpointInvalid(text, endpointVariable);
  return text;
}

/** Whether it is an endpoint of this machine, whose processes are the lab's. */
export function isOnThisMachine(endpointUrl: string): boolean {
  const { hostname } = new URL(endpointUrl);
  return /^(.*\.)?localhost$|^\[::1\]$/.test(hostname) || (isIPv4(hostname) && hostname.startsWith('127.'));
}

export function buildLabClient(endpointUrl: string): LabClient {
  const shared = {
    endpoint: endpointUrl,
    region: 'us-east-1',
    // The lab does not check signatures, but the SDK wants something to sign with.
    credentials: { accessKeyId: 'switchyard', secretAccessKey: 'switchyard' },
    maxAttempts: 1,
  };
  const ecs = new ECSClient(shared);
  const elb = new ElasticLoadBalancingV2Client(shared);
  const cloudMap = new ServiceDiscoveryClient({ ...shared, disableHostPrefix: true });
  return {
    endpointUrl,
    ecs,
    elb,
    cloudMap,
    options: shared,
    [Symbol.dispose]: () => [ecs, elb, cloudMap].forEach((client) => client.destroy()),
  };
}

/** Runs calls against the lab and turns what can go wrong into one sentence. */
export async function asked<T>(client: LabClient, call: (client: LabClient) => Promise<T>): Promise<T> {
  try {
    return await call(client);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (isOfSomethingElse(error)) throw labErrors.noEndpoint(client.endpointUrl, portSettings.endpoint);
    if (isConnectionError(error)) throw labErrors.notRunning(client.endpointUrl, endpointVariable);
    if ('$metadata' in error) throw labErrors.apiFailed(error.name, error.message);
    throw error;
  }
}

function codeOf({ code, cause }: NodeJS.ErrnoException): string {
  return code ?? (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
}

/** Each answer of an AWS API has a request id, also to a request that it refuses. */
function isOfSomethingElse(error: Error): boolean {
  const { $metadata } = error as Partial<ServiceException>;
  const isAnswered = $metadata?.httpStatusCode !== undefined;
  return (isAnswered && $metadata.requestId === undefined) || /^(HPE_|ERR_SSL_|EPROTO$)/.test(codeOf(error));
}

function isConnectionError(error: Error): boolean {
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT'].includes(codeOf(error)) ||
    error.name === 'TimeoutError'
  );
}
