import type { Resource, ResourceTypes } from '../cloudformation/resource.ts';
import { arnOf, hexId } from '../identifiers.ts';

/**
 * Types that the blueprint leaves out but whose `Ref` is an ARN: what refers to them (a listener to its certificate)
 * gets a value of the right shape.
 */
export const referencedTypes: ResourceTypes = {
  'AWS::CertificateManager::Certificate': {
    ref: (resource) => arnOf(resource.place, 'acm', `certificate/${uuid(resource)}`),
  },
  'AWS::SecretsManager::Secret': {
    ref: (resource) =>
      arnOf(resource.place, 'secretsmanager', `secret:${resource.logicalId}-${hexId(resource.seed, 6)}`),
    attributes: { Id: ({ ref }) => ref },
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    ref: ({ place, name }) => arnOf(place, 'sns', name),
    attributes: { TopicArn: ({ ref }) => ref, TopicName: ({ name }) => name },
  },
};

function uuid({ seed }: Resource): string {
  const digits = hexId(seed, 32);
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  );
}
