import type { AwsOperation, AwsOutput } from '@switchyard/local-aws-endpoint';
import { DESIRED_COUNT_MAX } from '../core/deployment-limits.ts';
import type { ServiceState } from '../core/state.ts';
import type { Scheduler } from '../effects/scheduler.ts';
import { booleanOf, invalid, numberOf, onlyMembers, page, stringOf, stringsOf } from '../wire/input.ts';
import { serviceShape } from '../wire/service-shapes.ts';
import type { References } from './references.ts';

/** Who carries out what UpdateService asks for. */
export type ServiceChanges = Pick<Scheduler, 'deploy' | 'touch'>;

export function serviceOperations(references: References, changes: ServiceChanges): Record<string, AwsOperation> {
  const { blueprint, records } = references;
  const shape = (service: ServiceState): AwsOutput =>
    serviceShape(service, records.tasksOf(service.definition.name), blueprint);
  return {
    ListServices(input) {
      onlyMembers(input, ['cluster', 'nextToken', 'maxResults', 'launchType', 'schedulingStrategy']);
      const { name } = references.clusterOf(input);
      const services = references
        .servicesIn(name)
        .filter(
          ({ definition }) =>
            (input['launchType'] ?? definition.launchType) === definition.launchType &&
            (input['schedulingStrategy'] ?? definition.schedulingStrategy) === definition.schedulingStrategy,
        );
      return page(
        input,
        'serviceArns',
        services.map(({ definition }) => definition.arn),
      );
    },
    DescribeServices(input) {
      onlyMembers(input, ['cluster', 'services', 'include']);
      const { name } = references.clusterOf(input);
      const wanted = stringsOf(input, 'services') ?? [];
      if (wanted.length === 0) throw invalid('Services cannot be empty.');
      const found = wanted.map((each) => references.serviceNamed(name, each));
      return {
        services: found.flatMap((service) => (service === undefined ? [] : [shape(service)])),
        failures: references.failures(wanted, found, 'service'),
      };
    },
    UpdateService(input) {
      onlyMembers(input, ['cluster', 'service', 'desiredCount', 'taskDefinition', 'forceNewDeployment']);
      const { name } = references.clusterOf(input);
      const service = references.service(name, stringOf(input, 'service') ?? '');
      const desiredCount = numberOf(input, 'desiredCount');
      if (desiredCount !== undefined && !isDesirable(desiredCount)) {
        throw invalid(`desiredCount must be a whole number from 0 to ${DESIRED_COUNT_MAX}.`);
      }
      const wanted = stringOf(input, 'taskDefinition');
      const taskDefinition = wanted === undefined ? undefined : references.taskDefinition(wanted);
      if (desiredCount !== undefined) service.desiredCount = desiredCount;
      const current = service.deployments[0]?.taskDefinition;
      const next = taskDefinition ?? current;
      const isNew = booleanOf(input, 'forceNewDeployment') === true || next?.arn !== current?.arn;
      if (isNew && next !== undefined) changes.deploy(service, next);
      changes.touch(service.definition.name);
      return { service: shape(service) };
    },
  };
}

function isDesirable(count: number): boolean {
  return Number.isInteger(count) && count >= 0 && count <= DESIRED_COUNT_MAX;
}
