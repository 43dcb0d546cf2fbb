import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi } from '@switchyard/local-aws-endpoint';

import type { RecordedAccount } from './account.ts';
import { recordedOperations } from './recorded-operations.ts';

/** STS, SSM, ECR, ELB, logs, Cloud Map and tagging: what `cdk deploy` and the verbs around it ask of them. */
export function smallApis(account: RecordedAccount): AwsApi[] {
  const recorded = recordedOperations(account);
  return [
    {
      service: 'sts',
      protocol: { kind: 'query', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
      operations: recorded('sts', stsOperations(account)),
    },
    {
      service: 'ssm',
      protocol: { kind: 'json-1.1', targetPrefix: 'AmazonSSM' },
      operations: recorded('ssm', ssmOperations(account)),
    },
    {
      service: 'ecr',
      protocol: { kind: 'json-1.1', targetPrefix: 'AmazonEC2ContainerRegistry_V20150921' },
      operations: recorded('ecr', ecrOperations(account)),
    },
    {
      service: 'elasticloadbalancing',
      protocol: { kind: 'query', xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/' },
      operations: recorded('elasticloadbalancing', loadBalancerOperations(account)),
    },
    {
      service: 'logs',
      protocol: { kind: 'json-1.1', targetPrefix: 'Logs_20140328' },
      operations: recorded('logs', logOperations(account)),
    },
    {
      service: 'servicediscovery',
      protocol: { kind: 'json-1.1', targetPrefix: 'Route53AutoNaming_v20170314' },
      operations: recorded('servicediscovery', discoveryOperations(account)),
    },
    {
      service: 'ecs',
      protocol: { kind: 'json-1.1', targetPrefix: 'AmazonEC2ContainerServiceV20141113' },
      operations: recorded('ecs', {
        DescribeClusters: ({ clusters }) => ({
          clusters: (clusters as string[])
            .filter((name) => account.clusters.includes(name))
            .map((clusterName) => ({ clusterName, status: 'ACTIVE' })),
        }),
      }),
    },
    {
      service: 'tagging',
      protocol: { kind: 'json-1.1', targetPrefix: 'ResourceGroupsTaggingAPI_20170126' },
      operations: recorded('tagging', {
        GetResources: () => ({
          ResourceTagMappingList: account.tagged.map((ResourceARN) => ({ ResourceARN })),
        }),
      }),
    },
  ];
}

function stsOperations({ accountId, callerArn }: RecordedAccount): AwsApi['operations'] {
  const valid = (): string => {
    if (callerArn !== undefined) return callerArn;
    throw new AwsApiError('ExpiredToken', 'The security token included in the request is expired', 403);
  };
  return {
    GetCallerIdentity: () => ({ Account: accountId, Arn: valid(), UserId: 'AIDAEXAMPLE' }),
    AssumeRole: ({ RoleArn }) => {
      valid();
      return {
        AssumedRoleUser: { Arn: String(RoleArn), AssumedRoleId: 'AROAEXAMPLE:cdk' },
        Credentials: {
          AccessKeyId: 'ASIAEXAMPLE',
          SecretAccessKey: 'example',
          SessionToken: 'example',
          Expiration: new Date(Date.now() + 3_600_000),
        },
      };
    },
  };
}

function ssmOperations({ bootstrapVersion }: RecordedAccount): AwsApi['operations'] {
  return {
    GetParameter: ({ Name }) => {
      if (bootstrapVersion === undefined)
        throw new AwsApiError('ParameterNotFound', `Parameter ${String(Name)} not found.`);
      return { Parameter: { Name: String(Name), Type: 'String', Value: String(bootstrapVersion), Version: 1 } };
    },
  };
}

function ecrOperations({ accountId, region, images }: RecordedAccount): AwsApi['operations'] {
  const repositoryUri = (name: unknown): string => `${accountId}.dkr.ecr.${region}.amazonaws.com/${String(name)}`;
  return {
    DescribeRepositories: ({ repositoryNames }) => ({
      repositories: (repositoryNames as string[]).map((name) => ({
        repositoryName: name,
        repositoryUri: repositoryUri(name),
      })),
    }),
    DescribeImages: ({ imageIds, repositoryName }) => {
      if (imageIds === undefined)
        return { imageDetails: images.map((imageSizeInBytes) => ({ repositoryName, imageSizeInBytes })) };
      throw new AwsApiError('ImageNotFoundException', 'The image requested does not exist in the specified repository');
    },
    GetAuthorizationToken: () => ({
      authorizationData: [
        {
          authorizationToken: Buffer.from('AWS:example').toString('base64'),
          proxyEndpoint: `https://${accountId}.dkr.ecr.${region}.amazonaws.com`,
          expiresAt: new Date(Date.now() + 3_600_000),
        },
      ],
    }),
  };
}

/** The two APIs are one service, and their operations are called the same: each client reads its own list. */
function loadBalancerOperations({ loadBalancers }: RecordedAccount): AwsApi['operations'] {
  return {
    DescribeLoadBalancers: () => ({
      LoadBalancers: loadBalancers.filter((type) => type !== 'classic').map((Type) => ({ Type })),
      LoadBalancerDescriptions: loadBalancers
        .filter((type) => type === 'classic')
        .map((_, index) => ({ LoadBalancerName: `classic-${index}` })),
    }),
  };
}

function logOperations({ logGroups }: RecordedAccount): AwsApi['operations'] {
  return {
    DescribeLogGroups: ({ logGroupNamePrefix }) => ({
      logGroups: [...logGroups]
        .filter((name) => name.startsWith(String(logGroupNamePrefix)))
        .map((logGroupName) => ({ logGroupName })),
    }),
    DeleteLogGroup: ({ logGroupName }) => {
      logGroups.delete(String(logGroupName));
      return {};
    },
  };
}

function discoveryOperations({ meshServices, namespaces }: RecordedAccount): AwsApi['operations'] {
  return {
    ListNamespaces: () => ({ Namespaces: namespaces.map(({ name, type }) => ({ Name: name, Type: type })) }),
    ListServices: ({ Filters }) => {
      const [namespace] = Filters as readonly { readonly Values: readonly string[] }[];
      const names = namespace?.Values[0] === 'ns-mesh' ? [...meshServices] : [];
      return { Services: names.map((Name) => ({ Id: `srv-${Name}`, Name })) };
    },
    DeleteService: ({ Id }) => {
      meshServices.delete(String(Id).slice('srv-'.length));
      return {};
    },
  };
}
