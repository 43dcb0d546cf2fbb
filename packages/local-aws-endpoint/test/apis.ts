import { XMLParser } from 'fast-xml-parser';
import { AwsApiError, startAwsEndpoint, type AwsApi, type AwsEndpointOptions } from '../src/index.ts';

/** An endpoint with three APIs, and clients of them. */

const discovery: AwsApi = {
  service: 'servicediscovery',
  protocol: { kind: 'json-1.1', targetPrefix: 'Route53AutoNaming_v20170314' },
  operations: {
    Echo: (input) => ({ input, at: new Date(1000) }),
    Refuse: () => {
      throw new AwsApiError('ServiceNotFound', 'No such service.');
    },
    Break: () => {
      throw new TypeError('a secret of the implementation');
    },
    Hang: async () => await new Promise<never>(() => {}),
  },
};

export const balancing: AwsApi = {
  service: 'elasticloadbalancing',
  protocol: { kind: 'query', xmlNamespace: 'urn:elb' },
  operations: {
    Describe: (input) => ({ From: 'elasticloadbalancing', ...input }),
    Refuse: () => {
      throw new AwsApiError('TargetGroupNotFound', 'None & nothing.');
    },
  },
};

const scaling: AwsApi = {
  service: 'autoscaling',
  protocol: { kind: 'query', xmlNamespace: 'urn:asg' },
  operations: { Describe: () => ({ From: 'autoscaling' }) },
};

export const start = async (more: Partial<AwsEndpointOptions> = {}) =>
  await startAwsEndpoint({ host: '127.0.0.1', port: 0, apis: [discovery, balancing, scaling], ...more });

export async function json(url: string, operation: string, body: string, prefix = 'Route53AutoNaming_v20170314') {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${prefix}.${operation}` };
  const response = await fetch(url, { method: 'POST', headers, body });
  return { response, body: (await response.json()) as Record<string, unknown> };
}

const xml = new XMLParser();
export const scope = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

export async function query(url: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
  return { response, body: xml.parse(await response.text()) as Record<string, any> }; // oxlint-disable-line typescript/no-explicit-any
}
