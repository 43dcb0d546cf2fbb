import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Assembly } from '../src/assembly/load.ts';
import { templateOf } from '../src/cloudformation/template.ts';
import type { Blueprint } from '../src/model.ts';
import { blueprintOf, type ReadOptions } from '../src/blueprint-of.ts';

export type Resources = Readonly<
  Record<string, { readonly Type: string; readonly Properties?: object; readonly Condition?: string }>
>;

export interface Template {
  readonly Resources?: Resources;
  readonly Parameters?: object;
  readonly Conditions?: object;
  readonly Mappings?: object;
  readonly Outputs?: object;
}

/** An assembly of stacks given as templates, by stack name. */
export function assemblyOf(templates: Readonly<Record<string, Template>>, images: Assembly['images'] = {}): Assembly {
  const stacks = Object.entries(templates).map(([name, template]) => ({
    name,
    template: templateOf({ Resources: {}, ...template }, `${name}.template.json`),
    paths: {},
  }));
  return { stacks, images };
}

/** The blueprint of one stack named `Lab`. */
export function blueprintOfResources(
  resources: Resources,
  options: ReadOptions & { images?: Assembly['images'] } = {},
): Blueprint {
  const { images, ...rest } = options;
  return blueprintOf(assemblyOf({ Lab: { Resources: resources } }, images), rest);
}

/** A VPC with one subnet: what most resources need around them. */
export const surroundings: Resources = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.10.0.0/16' } },
  Subnet: {
    Type: 'AWS::EC2::Subnet',
    Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.10.0.0/24', AvailabilityZone: 'us-east-1a' },
  },
};

/** A temporary directory that goes away with its scope. */
export async function temporaryDirectory(): Promise<
  AsyncDisposable & { path: string; write(file: string, text: string): Promise<void> }
> {
  const directory = await mkdtemp(path.join(tmpdir(), 'blueprint-'));
  return {
    path: directory,
    write: async (file, text) => {
      await writeFile(path.join(directory, file), text);
    },
    async [Symbol.asyncDispose]() {
      await rm(directory, { recursive: true, force: true });
    },
  };
}
