import { Command } from 'commander';

import type { Context } from './context.ts';
import { addDeployVerbs } from './deploy/program.ts';
import { endpointVariable, portSettings } from './settings.ts';

const endpointFlag = [
  '--endpoint-url <url>',
  `the lab's AWS API endpoint (default: ${endpointVariable}, else port ${portSettings.endpoint.variable} of 127.0.0.1, else ${portSettings.endpoint.defaultPort} there)`,
] as const;
const jsonFlag = ['--json', 'print JSON instead of text'] as const;

/** The command line, verb by verb; a verb's code is loaded when it runs, and gets the context and nothing else of the process. */
export function buildProgram(context: Context): Command {
  const program = new Command('lab')
    .description('Runs and operates a laboratory for Amazon ECS networking.')
    .configureOutput({
      writeOut: (text) => context.print(text.trimEnd()),
      writeErr: (text) => context.note(text.trimEnd()),
    })
    .exitOverride()
    .showHelpAfterError('(--help lists what is there)')
    .helpCommand(false);
  addUp(program, context);
  addVerbs(program, context);
  addDeployVerbs(program, context, {
    smokeTest: async (url, deploying) => await (await import('./commands/check.ts')).smokeTest(url, deploying),
  });
  return program;
}

function addUp(program: Command, context: Context): void {
  const command = program
    .command('up')
    .description(
      'Synthesizes the CDK app (cached) and runs the whole lab on loopback, without Docker. Ctrl-C stops it.',
    )
    .option('--assembly <directory>', 'run this cloud assembly instead of the one that infra synthesizes')
    .option(
      '--log <what>',
      'what to log while it runs: all (with the tasks’ own logs), events (requests, health, tasks) or none',
      'events',
    )
    .option(
      '--network-modes',
      'run the worker on container instances, too: in bridge and host mode, behind a Network and a Classic Load Balancer',
    )
    .option('--json', 'log JSON lines instead of text');
  for (const { flag, variable, defaultPort, what } of Object.values(portSettings)) {
    command.option(`${flag} <port>`, `port of ${what}; 0 takes a free one (default: ${variable}, else ${defaultPort})`);
  }
  command.action(async (options) => await (await import('./commands/up.ts')).up(options, context));
}

function addVerbs(program: Command, context: Context): void {
  program
    .command('status')
    .description('Shows services, tasks, targets and Cloud Map instances of the running lab.')
    .option(...endpointFlag)
    .option(...jsonFlag)
    .action(async (options) => await (await import('./commands/status.ts')).status(options, context));
  program
    .command('explain')
    .description(
      'Tells which listener rule takes a request, why the rules before it do not, and which targets could answer.',
    )
    .argument('<method>', 'GET, POST, …')
    .argument('<url>', 'http://127.0.0.1:8080/api/whoami, or just /api/whoami')
    .option(
      '-H, --header <line>',
      'a request header, as "Name: value"; may be repeated',
      (line: string, lines: string[]) => [...lines, line],
      [],
    )
    .option(...endpointFlag)
    .option(...jsonFlag)
    .addHelpText('after', '\nExample:\n  pnpm lab explain GET /whoami -H "X-Service: worker"')
    .action(
      async (method, url, options) =>
        await (await import('./commands/explain.ts')).explain(method, url, options, context),
    );
  program
    .command('scale')
    .description("Changes a service's desired count and waits until it is steady.")
    .argument('<service>', 'frontend, api or worker')
    .argument('<count>', 'how many tasks')
    .option('--no-wait', 'return at once')
    .option(...endpointFlag)
    .action(
      async (service, count, options) =>
        await (await import('./commands/scale.ts')).scale(service, count, options, context),
    );
  program
    .command('stop-task')
    .description('Stops a task as StopTask does: SIGTERM, then SIGKILL after its stop timeout. ECS starts another.')
    .argument('<task>', "the first characters of the task's id, as in lab status")
    .option('--kill', 'SIGKILL the process at once instead, as a crash would')
    .option(...endpointFlag)
    .action(async (task, options) => await (await import('./commands/stop-task.ts')).stopTask(task, options, context));
  program
    .command('check')
    .description('Tries each promise of the lab against a load balancer, local or on AWS, one line per promise.')
    .option('--url <url>', 'the load balancer (default: http://127.0.0.1:8080, or the port in SWITCHYARD_PORT)')
    .option(...jsonFlag)
    .action(async (options) => await (await import('./commands/check.ts')).check(options, context));
  program
    .command('synth')
    .description('Synthesizes the CDK app into infra/cdk.out and rewrites infra/blueprint.json.')
    .option('--check', 'write nothing; fail when infra/blueprint.json is stale')
    .action(async (options) => await (await import('./commands/synth.ts')).synth(options, context));
}
