import type { TemplateOutput } from '../assembly.ts';
import { awsCodeOf, cliFlags, clientConfig, isDenied } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';
import type { ExistingStack } from '../stacks.ts';
import { failure, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const name = 'switches';

/**
 * CloudFormation takes no export away that another stack imports, so that a deployment with other switches than the last may fail at its
 * first stack: a NAT gateway that is watched, a security group for instances. Nothing to say when every export stays.
 */
export async function checkExports(
  target: AwsTarget,
  existing: readonly ExistingStack[],
  outputs: readonly TemplateOutput[],
): Promise<Finding[]> {
  const wanted = new Set(outputs.map(({ stack }) => stack));
  const kept = new Set(outputs.map(({ exportName }) => exportName));
  const lost = existing
    .filter((stack) => wanted.has(stack.name))
    .map((stack) => ({ exporter: stack.name, exports: stack.exports.filter((each) => !kept.has(each)) }));
  try {
    const findings: Finding[] = [];
    for (const { exporter, exports } of lost) {
      for (const importer of await importersOf(target, exports))
        findings.push(
          failure(
            name,
            `${importer} uses what ${exporter} would lose by this deployment: give the switches of the last one again, or delete ${importer} first, with "aws cloudformation delete-stack --stack-name ${importer}${cliFlags(target)}" or, with everything else, "pnpm run destroy".`,
          ),
        );
    }
    return findings;
  } catch (error) {
    const why = isDenied(error)
      ? 'cloudformation:ListImports is not allowed'
      : `CloudFormation did not tell (${awsCodeOf(error) || String(error)})`;
    return [warning(name, `Whether what these switches take away is in use could not be seen, as ${why}.`)];
  }
}

async function importersOf(target: AwsTarget, exports: readonly string[]): Promise<Set<string>> {
  const importers = new Set<string>();
  if (exports.length === 0) return importers;
  const { CloudFormationClient, ListImportsCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(clientConfig(target));
  try {
    for (const ExportName of exports) {
      const { Imports = [] } = await client.send(new ListImportsCommand({ ExportName })).catch((error: unknown) => {
        // CloudFormation calls it an error when nobody imports it.
        if (error instanceof Error && /not imported by any stack/.test(error.message)) return { Imports: [] };
        throw error;
      });
      Imports.forEach((stack) => importers.add(stack));
    }
    return importers;
  } finally {
    client.destroy();
  }
}
