import type { TemplateResource } from '../assembly.ts';
import { awsCodeOf, clientConfig, isDenied } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';
import { failure, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const name = 'names';
const remedy = 'delete it, or choose another region with --region or another account with --profile';

/**
 * Whether something else has a name that the templates fix and that an account has once in a region: it fails a stack halfway. Only stacks
 * that have nothing yet are looked at, as the others may hold the name themselves. Nothing to say when every name is free.
 */
export async function checkTakenNames(
  target: AwsTarget,
  resources: readonly TemplateResource[],
  begun: ReadonlySet<string>,
): Promise<Finding[]> {
  const wanted = (type: string, property: string): string[] =>
    resources
      .filter((resource) => resource.type === type && !begun.has(resource.stack))
      .flatMap(({ properties }) => (typeof properties[property] === 'string' ? [properties[property]] : []));
  const found = await Promise.all([
    orUnseen('clusters', 'ecs:DescribeClusters', async () => {
      const taken = await clustersNamed(target, wanted('AWS::ECS::Cluster', 'ClusterName'));
      return taken.map((each) => failure(name, `There is a cluster ${each} in ${target.region} already: ${remedy}.`));
    }),
    orUnseen(
      'namespaces',
      'servicediscovery:ListNamespaces',
      async () =>
        await namespaceFindings(target, {
          http: wanted('AWS::ServiceDiscovery::HttpNamespace', 'Name'),
          dns: wanted('AWS::ServiceDiscovery::PrivateDnsNamespace', 'Name'),
        }),
    ),
  ]);
  return found.flat();
}

async function clustersNamed(target: AwsTarget, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const { DescribeClustersCommand, ECSClient } = await import('@aws-sdk/client-ecs');
  const client = new ECSClient(clientConfig(target));
  try {
    const { clusters = [] } = await client.send(new DescribeClustersCommand({ clusters: [...names] }));
    // Deleted ones are still described for a while.
    return clusters.flatMap(({ clusterName = '', status }) => (status === 'INACTIVE' ? [] : [clusterName]));
  } finally {
    client.destroy();
  }
}

/** A private DNS namespace of the same name may be another VPC's. */
async function namespaceFindings(
  target: AwsTarget,
  wanted: { readonly http: readonly string[]; readonly dns: readonly string[] },
): Promise<Finding[]> {
  if (wanted.http.length === 0 && wanted.dns.length === 0) return [];
  const { paginateListNamespaces, ServiceDiscoveryClient } = await import('@aws-sdk/client-servicediscovery');
  const client = new ServiceDiscoveryClient(clientConfig(target));
  const Filters = [{ Name: 'RESOURCE_OWNER' as const, Values: ['SELF'] }];
  const findings: Finding[] = [];
  try {
    for await (const { Namespaces = [] } of paginateListNamespaces({ client }, { Filters })) {
      for (const { Name = '', Type } of Namespaces) {
        if (Type === 'HTTP' && wanted.http.includes(Name))
          findings.push(failure(name, `There is a namespace ${Name} in ${target.region} already: ${remedy}.`));
        if (Type === 'DNS_PRIVATE' && wanted.dns.includes(Name))
          findings.push(
            warning(
              name,
              `There is a private DNS namespace ${Name} in ${target.region} already; as Cloud Map is asked by name, the services may be told of its instances: ${remedy}.`,
            ),
          );
      }
    }
    return findings;
  } finally {
    client.destroy();
  }
}

async function orUnseen(what: string, permission: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    const why = isDenied(error)
      ? `${permission} is not allowed`
      : `AWS did not tell (${awsCodeOf(error) || String(error)})`;
    return [warning(name, `Whether the names of the ${what} are free could not be seen, as ${why}.`)];
  }
}
