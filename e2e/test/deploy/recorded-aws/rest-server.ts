import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { RecordedAccount } from './account.ts';
import { endpointServices } from './endpoint-services.ts';
import { route53Answer } from './route53.ts';

export interface RestServer extends AsyncDisposable {
  readonly url: string;
}

/** S3 (path style), EC2 and Route 53, whose wires are neither AWS JSON nor AWS Query. */
export async function startRestServer(account: RecordedAccount): Promise<RestServer> {
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const answer = answerOf(account, request, body);
      response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answerOf(account: RecordedAccount, request: IncomingMessage, body: string): Answer {
  if (request.url === '/' && request.method === 'POST') return ec2Answer(account, new URLSearchParams(body));
  const zoneId = /^\/2013-04-01\/hostedzone\/([^/?]+)$/.exec(request.url ?? '')?.[1];
  return zoneId === undefined ? s3Answer(account, request, body) : route53Answer(account, zoneId);
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function s3Answer(account: RecordedAccount, { method, url = '/' }: IncomingMessage, body: string): Answer {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const object = decodeURIComponent(pathname.slice(1));
  const key = object.slice(object.indexOf('/') + 1);
  account.calls.push(`s3:${method} ${key === '' ? [...searchParams.keys()].join('&') : key}`);
  if (method === 'PUT') {
    account.objects.set(object, body);
    return { status: 200, body: '' };
  }
  if (searchParams.has('list-type')) {
    const bucket = object.replace(/\/$/, '');
    const found = [...account.objects.keys()].filter((name) =>
      name.startsWith(`${bucket}/${searchParams.get('prefix')}`),
    );
    const contents = found
      .map((name) => `<Contents><Key>${name.slice(bucket.length + 1)}</Key><Size>1</Size></Contents>`)
      .join('');
    return {
      status: 200,
      body: `<ListBucketResult><Name>${bucket}</Name><KeyCount>${found.length}</KeyCount>${contents}</ListBucketResult>`,
    };
  }
  if (searchParams.has('location')) return { status: 200, body: '<LocationConstraint/>' };
  if (searchParams.has('encryption')) {
    return {
      status: 200,
      body: '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
    };
  }
  return {
    status: 404,
    body: '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>',
  };
}

function ec2Answer(account: RecordedAccount, form: URLSearchParams): Answer {
  const action = form.get('Action') ?? '';
  account.calls.push(`ec2:${action}`);
  const items: Record<string, string> = {
    DescribeAvailabilityZones: `<availabilityZoneInfo>${account.zones.map((zone) => `<item><zoneName>${zone}</zoneName><zoneState>available</zoneState><zoneType>availability-zone</zoneType></item>`).join('')}</availabilityZoneInfo>`,
    DescribeVpcs: `<vpcSet>${Array.from({ length: vpcCount(account) }, (_, index) => `<item><vpcId>vpc-${index}</vpcId></item>`).join('')}</vpcSet>`,
    DescribeAddresses: '<addressesSet/>',
    DescribeInternetGateways: '<internetGatewaySet/>',
    // All of them are deleted, and the filter leaves deleted ones out.
    DescribeNatGateways: '<natGatewaySet/>',
    DescribeInstances: '<reservationSet/>',
    DescribeVpcEndpointServices: endpointServices(account),
    DescribeNetworkInsightsAnalyses: analysesOf(account, form.get('NetworkInsightsPathId')),
    DeleteNetworkInsightsAnalysis: `<networkInsightsAnalysisId>${form.get('NetworkInsightsAnalysisId')}</networkInsightsAnalysisId>`,
  };
  if (action === 'DeleteNetworkInsightsAnalysis') account.analyses.delete(form.get('NetworkInsightsAnalysisId') ?? '');
  const body = items[action];
  if (body === undefined) {
    return {
      status: 400,
      body: `<Response><Errors><Error><Code>InvalidAction</Code><Message>${action} is not recorded</Message></Error></Errors></Response>`,
    };
  }
  return {
    status: 200,
    body: `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${body}</${action}Response>`,
  };
}

function analysesOf({ analyses }: RecordedAccount, pathId: string | null): string {
  const ids = [...analyses].filter(([, path]) => path === pathId).map(([id]) => id);
  return `<networkInsightsAnalysisSet>${ids.map((id) => `<item><networkInsightsAnalysisId>${id}</networkInsightsAnalysisId></item>`).join('')}</networkInsightsAnalysisSet>`;
}

function vpcCount({ vpcs, stacks }: RecordedAccount): number {
  const standing = [...stacks.values()].filter(({ status }) => /^(CREATE|UPDATE)_COMPLETE$/.test(status));
  return vpcs + standing.filter(({ template }) => template.includes('"AWS::EC2::VPC"')).length;
}
