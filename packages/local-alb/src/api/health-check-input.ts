import type { TargetGroup, TargetGroupHealthCheck } from '@switchyard/blueprint';
import type { AwsInput } from '@switchyard/local-aws-endpoint';
import { invalid, recordOf, stringOf } from './input.ts';

/** What ModifyTargetGroup may say. AWS source: the API's types; "Health checks for Application Load Balancer target groups". */

const RANGES = {
  HealthCheckIntervalSeconds: [5, 300],
  HealthCheckTimeoutSeconds: [2, 120],
  HealthyThresholdCount: [2, 10],
  UnhealthyThresholdCount: [2, 10],
} as const;
const PORT_MAX = 65_535;
const PATH_CHARACTERS_MAX = 1024;

/** The group's health check, changed by the input; throws `ValidationError` for one that AWS refuses. */
export function changedHealthCheck(input: AwsInput, group: TargetGroup): TargetGroupHealthCheck {
  const now = group.healthCheck;
  const changed = {
    enabled: enabledOf(input, group) ?? now.enabled,
    protocol: protocolOf(input) ?? now.protocol,
    port: portOf(input) ?? now.port,
    path: pathOf(input) ?? now.path,
    intervalSeconds: numberOf(input, 'HealthCheckIntervalSeconds') ?? now.intervalSeconds,
    timeoutSeconds: numberOf(input, 'HealthCheckTimeoutSeconds') ?? now.timeoutSeconds,
    healthyThresholdCount: numberOf(input, 'HealthyThresholdCount') ?? now.healthyThresholdCount,
    unhealthyThresholdCount: numberOf(input, 'UnhealthyThresholdCount') ?? now.unhealthyThresholdCount,
    matcher: matcherOf(input, group) ?? now.matcher,
  };
  const named = 'HealthCheckIntervalSeconds' in input || 'HealthCheckTimeoutSeconds' in input;
  if (named && changed.intervalSeconds <= changed.timeoutSeconds) {
    throw invalid('Health check interval must be greater than the timeout.');
  }
  return changed;
}

function numberOf(input: AwsInput, member: keyof typeof RANGES): number | undefined {
  const text = stringOf(input, member);
  if (text === undefined) return undefined;
  const [from, to] = RANGES[member];
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw invalid(`${member} must be a number`);
  if (value >= from && value <= to) return value;
  const bound = value < from ? `greater than or equal to ${from}` : `less than or equal to ${to}`;
  const name = member.charAt(0).toLowerCase() + member.slice(1);
  throw invalid(
    `1 validation error detected: Value '${text}' at '${name}' failed to satisfy constraint: Member must have value ${bound}`,
  );
}

function enabledOf(input: AwsInput, { targetType }: TargetGroup): boolean | undefined {
  const text = stringOf(input, 'HealthCheckEnabled');
  if (text !== undefined && text !== 'true' && text !== 'false') {
    throw invalid(`HealthCheckEnabled '${text}' must be true or false`);
  }
  if (text === 'false' && targetType !== 'lambda') {
    throw invalid(`Health check enabled must be true for target groups with target type '${targetType}'`);
  }
  return text === undefined ? undefined : text === 'true';
}

function protocolOf(input: AwsInput): 'HTTP' | 'HTTPS' | undefined {
  const text = stringOf(input, 'HealthCheckProtocol');
  if (text === undefined || text === 'HTTP' || text === 'HTTPS') return text;
  throw invalid(`Health check protocol '${text}' must be HTTP or HTTPS`);
}

function portOf(input: AwsInput): 'traffic-port' | number | undefined {
  const text = stringOf(input, 'HealthCheckPort');
  if (text === undefined || text === 'traffic-port') return text;
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= PORT_MAX) return port;
  throw invalid(`Health check port '${text}' must be between 1 and ${PORT_MAX}, or 'traffic-port'`);
}

function pathOf(input: AwsInput): string | undefined {
  const text = stringOf(input, 'HealthCheckPath');
  if (text === undefined) return undefined;
  if (/^\/[\u0021-\u007e]*$/.test(text) && text.length <= PATH_CHARACTERS_MAX) return text;
  throw invalid(
    `Health check path must begin with '/' and have at most ${PATH_CHARACTERS_MAX} characters, all of them printable`,
  );
}

/** Codes, lists and ranges of them: of HTTP, or of gRPC where the group speaks that. */
function matcherOf(input: AwsInput, { protocolVersion }: TargetGroup): string | undefined {
  const matcher = recordOf(input, 'Matcher');
  if (matcher === undefined) return undefined;
  const isGrpc = protocolVersion === 'GRPC';
  const member = isGrpc ? 'GrpcCode' : 'HttpCode';
  const [from, to] = isGrpc ? [0, 99] : [200, 499];
  const text = stringOf(matcher, member);
  if (text === undefined) throw invalid(`The matcher of this target group must have ${member}`);
  const valid = text.split(',').every((part) => {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (match === null) return false;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    return first >= from && first <= last && last <= to;
  });
  if (valid) return text;
  const kind = isGrpc ? 'gRPC' : 'HTTP';
  throw invalid(`Health check matcher ${kind} code '${text}' must be within '${from}-${to}' inclusive`);
}
