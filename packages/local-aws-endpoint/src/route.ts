/** Finds the API and the operation that a request means, by what an AWS client writes into it. */
import { AwsApiError, type AwsApi, type AwsInput } from './api.ts';
import { parseJsonInput } from './wire/json.ts';
import { parseQuery, type QueryRequest } from './wire/query.ts';

/** An API that lives in another process: its requests are passed on as they are. */
export interface AwsUpstream {
  /** The signing name, as in {@link AwsApi.service}. */
  readonly service: string;
  /** For AWS JSON APIs, what stands before the dot in `X-Amz-Target`. */
  readonly targetPrefix?: string;
  readonly url: string;
}

export interface IncomingAwsRequest {
  /** `X-Amz-Target`, when there is one: AWS JSON. */
  readonly target: string | undefined;
  /** `Authorization`; only the credential scope is read, the signature is not verified. */
  readonly authorization: string | undefined;
  /** The JSON object or the form. */
  readonly body: string;
}

export interface Mounted {
  readonly apis: readonly AwsApi[];
  readonly upstreams: readonly AwsUpstream[];
}

export type Route =
  | { readonly kind: 'operation'; readonly api: AwsApi; readonly operation: string; readonly input: () => AwsInput }
  | { readonly kind: 'upstream'; readonly upstream: AwsUpstream };

/** @throws AwsApiError `UnknownOperationException` (AWS JSON), `InvalidAction` or `MissingAction` (AWS Query). */
export function routeOf(request: IncomingAwsRequest, mounted: Mounted): Route {
  return request.target === undefined ? queryRoute(request, mounted) : jsonRoute(request.target, request.body, mounted);
}

function jsonRoute(target: string, body: string, { apis, upstreams }: Mounted): Route {
  const dot = target.lastIndexOf('.');
  const prefix = target.slice(0, Math.max(dot, 0));
  const operation = target.slice(dot + 1);
  const api = apis.find(({ protocol }) => protocol.kind === 'json-1.1' && protocol.targetPrefix === prefix);
  if (api !== undefined && Object.hasOwn(api.operations, operation)) {
    return { kind: 'operation', api, operation, input: () => parseJsonInput(body) };
  }
  const upstream = upstreams.find(({ targetPrefix }) => targetPrefix === prefix);
  if (upstream !== undefined) return { kind: 'upstream', upstream };
  const where = api === undefined ? 'Here is no API of that name' : `${api.service} here has no such operation`;
  throw new AwsApiError('UnknownOperationException', `${where}: ${target.slice(0, 200)}.`);
}

function queryRoute(request: IncomingAwsRequest, { apis, upstreams }: Mounted): Route {
  const service = signingServiceOf(request.authorization);
  const upstream = upstreams.find((candidate) => candidate.service === service);
  if (upstream !== undefined) return { kind: 'upstream', upstream };
  const query = parseQuery(request.body);
  if (query === undefined) {
    throw new AwsApiError('MissingAction', 'The request has neither an X-Amz-Target header nor an Action parameter.');
  }
  return { kind: 'operation', ...apiOf(query, service, apis), input: () => query.input };
}

/**
 * By signing name; a request signed for something else (or unsigned) goes to the API that has the operation. Two versions of one API, as
 * Elastic Load Balancing has, are told apart by what their clients write as `Version`, which their XML namespaces end in.
 */
function apiOf({ action, version }: QueryRequest, service: string | undefined, apis: readonly AwsApi[]) {
  const candidates = apis.filter((api) => api.protocol.kind === 'query' && Object.hasOwn(api.operations, action));
  const signed = candidates.filter((candidate) => candidate.service === service);
  const isOfVersion = ({ protocol }: AwsApi): boolean =>
    version !== undefined && protocol.kind === 'query' && protocol.xmlNamespace.includes(`/${version}/`);
  const api = signed.find(isOfVersion) ?? signed[0] ?? candidates.find(isOfVersion) ?? candidates[0];
  if (api === undefined) {
    const asked = service === undefined ? '' : ` for ${service}`;
    throw new AwsApiError('InvalidAction', `The action ${action.slice(0, 100)} is not valid${asked} at this endpoint.`);
  }
  return { api, operation: action };
}

/** `AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/ecs/aws4_request, …` → `ecs`. */
function signingServiceOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  return /Credential=[^/,\s]+\/\d{8}\/[^/,\s]+\/([^/,\s]+)\/aws4_request/.exec(authorization)?.[1];
}
