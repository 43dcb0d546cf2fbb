import type { Assembly } from './assembly.ts';
import { awsCodeOf, clientConfig } from './aws.ts';
import type { AwsTarget } from './aws.ts';
import { currentPrices } from './cost/prices.ts';

/**
 * What deployments leave in the repository and the bucket of the CDK's bootstrap, in lines for a person; none when no image is there.
 * They are kept by the hash of their content, for every app that the CDK deploys here: which of them no stack uses is for `cdk gc` to find.
 */
export async function bootstrapAssets(
  target: AwsTarget,
  accountId: string,
  { repositories, buckets }: Pick<Assembly, 'repositories' | 'buckets'>,
): Promise<string[]> {
  const placed = (name: string): string =>
    name.replaceAll('${AWS::AccountId}', accountId).replaceAll('${AWS::Region}', target.region);
  const kept = (await Promise.all(repositories.map(async (name) => await imagesIn(target, placed(name))))).flat();
  if (kept.length === 0) return [];
  const profile = target.profile === undefined ? '' : ` --profile ${target.profile}`;
  return [
    ...kept,
    ...buckets.map((name) => `templates and files of functions in the bucket ${placed(name)}`),
    `${currentPrices.usage.storage} (USD, ${currentPrices.date})`,
    `what no stack uses is deleted by: pnpm --filter @switchyard/infra exec cdk gc --unstable=gc --created-buffer-days 0 aws://${accountId}/${target.region}${profile}`,
  ];
}

async function imagesIn(target: AwsTarget, repositoryName: string): Promise<string[]> {
  const { ECRClient, paginateDescribeImages } = await import('@aws-sdk/client-ecr');
  const client = new ECRClient(clientConfig(target));
  let count = 0;
  let bytes = 0;
  try {
    for await (const { imageDetails = [] } of paginateDescribeImages({ client }, { repositoryName })) {
      count += imageDetails.length;
      for (const { imageSizeInBytes = 0 } of imageDetails) bytes += imageSizeInBytes;
    }
  } catch (error) {
    if (awsCodeOf(error) === 'RepositoryNotFoundException') return [];
    return [`images in the repository ${repositoryName}, uncounted (${awsCodeOf(error) || String(error)})`];
  } finally {
    client.destroy();
  }
  if (count === 0) return [];
  const images = count === 1 ? 'one image' : `${count} images`;
  return [
    `${images} (${Math.ceil(bytes / 1_000_000)} MB), those of every deployment among them, in the repository ${repositoryName}`,
  ];
}
