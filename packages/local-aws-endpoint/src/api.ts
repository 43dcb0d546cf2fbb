/**
 * An AWS API as a table: what a stand-in gives to the endpoint. The endpoint does the wire (AWS JSON 1.1 or AWS Query);
 * the stand-in sees plain input members by their API names and returns plain output members.
 */
export interface AwsApi {
  /** The signing name, as in the credential scope: `servicediscovery`, `elasticloadbalancing`, `ecs`. */
  readonly service: string;
  readonly protocol: AwsJson | AwsQuery;
  /** By operation name. An operation that is not in the table is answered with the protocol's error for an unknown operation. */
  readonly operations: Readonly<Record<string, AwsOperation>>;
}

export interface AwsJson {
  readonly kind: 'json-1.1';
  /** What stands before the dot in `X-Amz-Target`: `Route53AutoNaming_v20170314`. */
  readonly targetPrefix: string;
}

export interface AwsQuery {
  readonly kind: 'query';
  readonly xmlNamespace: string;
}

/** Takes the input's members, answers the output's members; may throw {@link AwsApiError}. */
export type AwsOperation = (input: AwsInput) => AwsOutput | Promise<AwsOutput>;
export type AwsInput = Readonly<Record<string, unknown>>;
export type AwsOutput = Readonly<Record<string, unknown>>;

/**
 * An error that the API documents: `code` is its shape's name (`ServiceNotFound`), `status` its HTTP status, `members` what
 * the shape has besides the message (`{ DuplicateOperationId: '…' }`; written by AWS JSON only).
 */
export class AwsApiError extends Error {
  override readonly name = 'AwsApiError';
  readonly code: string;
  readonly status: number;
  readonly members: AwsOutput;

  constructor(code: string, message: string, status = 400, members: AwsOutput = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
