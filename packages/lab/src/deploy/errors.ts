import { LabError } from '../errors.ts';

/** Every error of deploy, destroy and diff. */
export const deployErrors = {
  switchesRefused: (sentence: string) => new LabError('LAB_SWITCHES_REFUSED', sentence),
  contextInvalid: (text: string) =>
    new LabError('LAB_CONTEXT_INVALID', `"${text}" is not a context value: write it as --context key=value.`),
  switchesTooLate: (names: readonly string[]) =>
    new LabError(
      'LAB_SWITCHES_TOO_LATE',
      `An assembly is made already, so ${names.join(' and ')} cannot change it: leave out --assembly or the switches.`,
    ),
  preflightFailed: (failed: number) =>
    new LabError(
      'LAB_PREFLIGHT_FAILED',
      `${failed === 1 ? 'One check' : `${failed} checks`} failed, so nothing was created.`,
    ),
  confirmationImpossible: (what: string) =>
    new LabError(
      'LAB_CONFIRMATION_IMPOSSIBLE',
      `This ${what} needs a yes, but there is no terminal to ask on: add --yes.`,
    ),
  notConfirmed: (what: string) => new LabError('LAB_NOT_CONFIRMED', `Nothing was ${what}.`),
  deployFailed: (what: string) =>
    new LabError(
      'LAB_DEPLOY_FAILED',
      `${what} Mend that and run "pnpm run deploy" again, or take away what is there with "pnpm run destroy".`,
    ),
  overtaken: (stack: string, status: string, flags: string) =>
    new LabError(
      'LAB_OVERTAKEN',
      `${stack} is in ${status}, as somebody else began to change it in the meantime: wait until "aws cloudformation describe-stacks --stack-name ${stack}${flags}" says that it is complete, then run "pnpm run deploy" again.`,
    ),
  destroyFailed: (what: string) =>
    new LabError('LAB_DESTROY_FAILED', `${what} Mend that and run "pnpm run destroy" again: what stands costs money.`),
  stackBusy: (stack: string, status: string, flags: string) =>
    new LabError(
      'LAB_STACK_BUSY',
      `${stack} is in ${status}, in which CloudFormation deletes nothing: wait until "aws cloudformation describe-stacks --stack-name ${stack}${flags}" says that it is complete, then run "pnpm run destroy" again.`,
    ),
  diffFailed: (what: string) => new LabError('LAB_DIFF_FAILED', what),
  smokeTestFailed: (url: string) =>
    new LabError(
      'LAB_SMOKE_TEST_FAILED',
      `Everything is deployed, but ${url} does not keep its promises: "pnpm lab check --url ${url}" shows which.`,
    ),
  nothingAnswers: (url: string) =>
    new LabError(
      'LAB_NOTHING_ANSWERS',
      `Everything is deployed, but nothing answers at ${url} from here, so its promises are untried: see that this machine knows the name and may connect, then run "pnpm lab check --url ${url}".`,
    ),
  credentialsUnusable: (sentence: string) => new LabError('LAB_CREDENTIALS_UNUSABLE', sentence),
  leftOver: (count: number) =>
    new LabError(
      'LAB_LEFT_OVER',
      `${count} ${count === 1 ? 'resource is' : 'resources are'} left that may cost money: delete ${count === 1 ? 'it' : 'them'} in the console.`,
    ),
};
