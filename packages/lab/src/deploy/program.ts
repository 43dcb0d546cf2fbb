import type { Command } from 'commander';

import type { Context } from '../context.ts';
import type { AnsweringLimits } from './until-answering.ts';
import { addSwitchFlags } from './switches.ts';

/** What the rest of the lab lends to these verbs. */
export interface DeployVerbTools {
  /** Tries the promises of the lab against a load balancer, reporting to the context that it is given; true when all hold. */
  readonly smokeTest?: (url: string, context: Context) => Promise<boolean>;
  /** How long to wait for the load balancer to answer. @default three minutes or more */
  readonly patience?: AnsweringLimits;
}

/** Adds `deploy`, `destroy` and `diff`. Their code, with the AWS SDK's clients, is loaded when one of them runs. */
export function addDeployVerbs(program: Command, context: Context, tools: DeployVerbTools = {}): void {
  withAccount(program.command('deploy'))
    .description('Checks the account, tells the price, deploys everything to AWS and tries it.')
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'checks and price only')
    .option('--json', 'print JSON instead of text')
    .action(async (options) => {
      const [{ deploy }, { askOnTerminal }] = await Promise.all([
        import('../commands/deploy.ts'),
        import('./confirm.ts'),
      ]);
      await deploy(options, context, { ask: askOnTerminal(), ...tools });
    });
  withAccount(program.command('destroy'))
    .description('Deletes everything that deploy made, then lists what is left that costs money.')
    .option('-y, --yes', 'do not ask')
    .action(async (options) => {
      const [{ destroy }, { askOnTerminal }] = await Promise.all([
        import('../commands/destroy.ts'),
        import('./confirm.ts'),
      ]);
      await destroy(options, context, { ask: askOnTerminal() });
    });
  withAccount(program.command('diff'))
    .description('Shows what deploy would change.')
    .action(async (options) => {
      const { diff } = await import('../commands/diff.ts');
      await diff(options, context);
    });
}

function withAccount(command: Command): Command {
  command
    .option('--profile <name>', 'profile of the AWS configuration files')
    .option('--region <name>', "region (default: the environment's, else the profile's)");
  command.option('--assembly <directory>', 'take this cloud assembly instead of synthesizing one');
  return addSwitchFlags(command);
}
