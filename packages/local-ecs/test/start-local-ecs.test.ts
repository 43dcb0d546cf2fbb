import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { blueprintOf } from './blueprint.ts';
import { startTestLab } from './lab.ts';

test('places the desired tasks over two zones, each at its own address, and registers them', async () => {
  const blueprint = blueprintOf([{ name: 'web', desiredCount: 2, loadBalanced: true, records: 'SRV', connect: true }]);
  await using lab = await startTestLab(blueprint);
  await lab.ecs.run();
  const { taskArns } = await lab.client.send(new ListTasksCommand({ cluster: 'test', serviceName: 'web' }));
  const { tasks = [] } = await lab.client.send(new DescribeTasksCommand({ cluster: 'test', tasks: taskArns }));
  expect(new Set(tasks.map((task) => task.availabilityZone))).toEqual(new Set(['us-east-1a', 'us-east-1b']));
  const octet = lab.ecs.addressOctet;
  const addresses = [`127.${octet}.2.4`, `127.${octet}.3.4`];
  for (const address of addresses) {
    const answer = await fetch(`http://${address}:3000/`);
    expect(await answer.json()).toEqual({ service: 'web', address });
  }
  expect(new Set(lab.aws.targetsIn('healthy'))).toEqual(new Set(addresses.map((address) => `${address}:3000`)));
});
