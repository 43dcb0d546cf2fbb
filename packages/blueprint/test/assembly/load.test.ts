import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadAssembly } from '../../src/assembly/load.ts';
import { readBlueprint } from '../../src/read.ts';
import { temporaryDirectory } from '../support.ts';

const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 'Lab.template.json' } };

describe('an assembly', () => {
  test('that does not exist is refused with what to do', async () => {
    await using directory = await temporaryDirectory();
    const missing = path.join(directory.path, 'nowhere');
    await expect(readBlueprint(missing)).rejects.toMatchObject({
      code: 'BLUEPRINT_ASSEMBLY_MISSING',
      message: `There is no cloud assembly in ${missing} (no readable manifest.json); synthesize the CDK app first.`,
    });
  });

  test.each([
    ['a manifest that is no JSON', { 'manifest.json': '{"artifacts": ' }, 'manifest.json is no JSON'],
    ['a manifest that is no object', { 'manifest.json': '[]' }, 'manifest.json is no JSON object'],
    ['a manifest without artifacts', { 'manifest.json': '{}' }, 'manifest.json lists no artifacts'],
    [
      'a stack without a template',
      { 'manifest.json': JSON.stringify({ artifacts: { Lab: { type: stack.type } } }) },
      'names no templateFile for Lab',
    ],
    [
      'a template that is missing',
      { 'manifest.json': JSON.stringify({ artifacts: { Lab: stack } }) },
      'Lab.template.json cannot be read',
    ],
    [
      'a template that is cut off',
      { 'manifest.json': JSON.stringify({ artifacts: { Lab: stack } }), 'Lab.template.json': '{"Resources": {"Vpc"' },
      'Lab.template.json is no JSON',
    ],
    [
      'a template without resources',
      { 'manifest.json': JSON.stringify({ artifacts: { Lab: stack } }), 'Lab.template.json': '{}' },
      'Lab.template.json has no Resources',
    ],
    [
      'a resource without a type',
      {
        'manifest.json': JSON.stringify({ artifacts: { Lab: stack } }),
        'Lab.template.json': '{"Resources": {"Vpc": {}}}',
      },
      'Lab.template.json has no Type for Vpc',
    ],
  ])('with %s is refused, naming the file', async (_title, files, what) => {
    await using directory = await temporaryDirectory();
    for (const [name, text] of Object.entries(files)) await directory.write(name, text);
    await expect(loadAssembly(directory.path)).rejects.toMatchObject({
      code: 'BLUEPRINT_ASSEMBLY_DAMAGED',
      message: expect.stringContaining(what),
    });
  });

  test('within an assembly is read with it', async () => {
    await using directory = await temporaryDirectory();
    const inner = path.join(directory.path, 'assembly-Stage');
    await mkdir(inner);
    await directory.write(
      'manifest.json',
      JSON.stringify({
        artifacts: { Stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Stage' } } },
      }),
    );
    const stageStack = {
      ...stack,
      properties: { ...stack.properties, stackName: 'Stage-Lab' },
      displayName: 'Stage/Lab (Stage-Lab)',
    };
    await directory.write('assembly-Stage/manifest.json', JSON.stringify({ artifacts: { StageLab: stageStack } }));
    const Metadata = { 'aws:cdk:path': 'Stage/Lab/Net/Vpc/Resource' };
    const Vpc = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' }, Metadata };
    await directory.write('assembly-Stage/Lab.template.json', JSON.stringify({ Resources: { Vpc } }));
    const assembly = await loadAssembly(directory.path);
    expect(assembly.stacks.map(({ name, paths }) => ({ name, paths }))).toEqual([
      { name: 'Stage-Lab', paths: { Vpc: 'Net/Vpc/Resource' } },
    ]);
    const blueprint = await readBlueprint(directory.path);
    expect(blueprint.vpcs).toEqual([
      { name: 'net', id: expect.stringMatching(/^vpc-0[\da-f]{16}$/), cidrBlock: '10.0.0.0/16' },
    ]);
  });

  test('has of an image what it is built from and for, and the names of the other options, but for caches', async () => {
    await using directory = await temporaryDirectory();
    const assets = { type: 'cdk:asset-manifest', properties: { file: 'Lab.assets.json' } };
    await directory.write('manifest.json', JSON.stringify({ artifacts: { assets } }));
    const source = {
      directory: '/repository',
      dockerFile: 'docker/Dockerfile',
      dockerBuildArgs: { TARGET: 'apps/api' },
      dockerBuildTarget: 'slim',
      platform: 'linux/arm64',
      dockerBuildSecrets: { token: 'src=token' },
      networkMode: 'host',
      cacheFrom: [{ type: 'registry' }],
      cacheDisabled: true,
    };
    await directory.write(
      'Lab.assets.json',
      JSON.stringify({ dockerImages: { abc: { source }, def: { source: {} } } }),
    );
    expect((await loadAssembly(directory.path)).images).toEqual({
      abc: {
        directory: '/repository',
        dockerfile: 'docker/Dockerfile',
        buildArgs: { TARGET: 'apps/api' },
        target: 'slim',
        platform: 'linux/arm64',
        otherOptions: ['dockerBuildSecrets', 'networkMode'],
      },
      def: { directory: directory.path, dockerfile: 'Dockerfile', buildArgs: {}, otherOptions: [] },
    });
  });
});
