import recommended from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };

/**
 * What the CDK recommends for new apps, here rather than in cdk.json, so that every way to run this app gives the same
 * templates. Stacks refer to each other by exports, which CloudFormation keeps as long as somebody imports them, except where a
 * switch takes away what is referred to: see weak-references.ts.
 */
export const featureFlags: Record<string, unknown> = {
  ...recommended,
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:disable-asset-staging': true,
  '@aws-cdk/core:enableAdditionalMetadataCollection': false,
};
