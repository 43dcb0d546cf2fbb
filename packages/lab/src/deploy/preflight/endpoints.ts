import type { TemplateResource } from '../assembly.ts';
import { awsCodeOf, clientConfig, isDenied } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';
import { failure, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const name = 'endpoints';
const remedy = 'deploy with --nat one and --endpoints gateway instead';

/**
 * EC2 DescribeVpcEndpointServices: whether the region has every interface endpoint of the templates, and lets those have a policy that are
 * given one; it fails the whole stack otherwise. Which ones do differs from region to region. None asked for: none looked at.
 */
export async function checkEndpoints(target: AwsTarget, resources: readonly TemplateResource[]): Promise<Finding[]> {
  const wanted = resources
    .filter(({ type, properties }) => type === 'AWS::EC2::VPCEndpoint' && properties['VpcEndpointType'] === 'Interface')
    .map(({ properties }) => ({
      service: serviceNameOf(properties['ServiceName'], target.region),
      hasPolicy: properties['PolicyDocument'] !== undefined,
    }));
  if (wanted.length === 0) return [];
  const { DescribeVpcEndpointServicesCommand, EC2Client } = await import('@aws-sdk/client-ec2');
  const client = new EC2Client(clientConfig(target));
  try {
    const { ServiceDetails = [] } = await client.send(
      new DescribeVpcEndpointServicesCommand({
        Filters: [
          { Name: 'service-type', Values: ['Interface'] },
          { Name: 'service-name', Values: wanted.map(({ service }) => service) },
        ],
      }),
    );
    const known = new Map(ServiceDetails.map((each) => [each.ServiceName, each.VpcEndpointPolicySupported === true]));
    const absent = wanted.filter(({ service }) => !known.has(service)).map(({ service }) => service);
    const bare = wanted.filter(({ service, hasPolicy }) => hasPolicy && known.get(service) === false);
    if (absent.length === 0 && bare.length === 0)
      return [ok(name, `${target.region} has all ${wanted.length} interface endpoints`)];
    return [
      ...(absent.length === 0
        ? []
        : [failure(name, `${target.region} has no endpoint for ${absent.join(', ')}: ${remedy}.`)]),
      ...(bare.length === 0
        ? []
        : [
            failure(
              name,
              `In ${target.region} the endpoint for ${bare.map(({ service }) => service).join(', ')} takes no policy: ${remedy}.`,
            ),
          ]),
    ];
  } catch (error) {
    const why = isDenied(error)
      ? 'ec2:DescribeVpcEndpointServices is not allowed'
      : `EC2 did not tell (${awsCodeOf(error) || String(error)})`;
    return [warning(name, `Whether ${target.region} has those ${wanted.length} could not be seen, as ${why}.`)];
  } finally {
    client.destroy();
  }
}

/** A literal, or the CDK's join around the region. */
function serviceNameOf(value: unknown, region: string): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join } = value as { readonly 'Fn::Join': readonly [string, readonly unknown[]] };
  const [separator, parts] = join;
  return parts.map((part) => (typeof part === 'string' ? part : region)).join(separator);
}
