import type { Complaint } from './blueprint/complaint.ts';
import type { Setting } from './settings.ts';

/** A failure that the user can act on: one sentence, no stack trace. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Every error of the lab's command line. */
export const labErrors = {
  portInvalid: (source: string, text: string) =>
    new LabError('LAB_PORT_INVALID', `${source} is "${text}", but a port is a whole number from 0 to 65535.`),
  portsEqual: (port: number, one: Setting, other: Setting) =>
    new LabError(
      'LAB_PORTS_EQUAL',
      `Port ${port} is to be both ${one.what} and ${other.what}: choose another one with ${one.flag} or ${other.flag}.`,
    ),
  choiceInvalid: (flag: string, text: string, choices: readonly string[]) =>
    new LabError('LAB_CHOICE_INVALID', `${flag} is "${text}", but it takes ${choices.join(', ')}.`),
  flagsExclude: (one: string, other: string) =>
    new LabError('LAB_FLAGS_EXCLUDE', `${one} and ${other} exclude each other: leave one of them out.`),
  portTaken: (port: number, what: string, flag: string, variable: string) =>
    new LabError(
      'LAB_PORT_TAKEN',
      `Port ${port}, for ${what}, is taken: stop what listens there (another lab, perhaps; "ss -ltnup sport = :${port}" names it) or choose another port with ${flag} or ${variable}.`,
    ),
  portNotAllowed: (port: number, what: string, flag: string, variable: string) =>
    new LabError(
      'LAB_PORT_NOT_ALLOWED',
      `Port ${port}, for ${what}, may not be opened by this user: choose one from 1024 up with ${flag} or ${variable}.`,
    ),
  assemblyMissing: (directory: string) =>
    new LabError(
      'LAB_ASSEMBLY_MISSING',
      `There is no cloud assembly in ${directory}: "pnpm synth" makes one in infra/cdk.out.`,
    ),
  synthFailed: ({ text, place }: Complaint, ending: number | NodeJS.Signals | null) =>
    new LabError(
      'LAB_SYNTH_FAILED',
      `The CDK app did not synthesize${place === undefined ? '' : ` (${place})`}: ${text === '' ? `it ended with ${ending} and said nothing.` : text}`,
    ),
  notWritable: (path: string, code: string) =>
    new LabError(
      'LAB_NOT_WRITABLE',
      `${path} cannot be written (${code}): give this user the right and the room to write there.`,
    ),
  blueprintStale: (file: string) =>
    new LabError(
      'LAB_BLUEPRINT_STALE',
      `${file} is not what the CDK app synthesizes now: run "pnpm synth" and commit the result.`,
    ),
  loadBalancerMissing: () =>
    new LabError(
      'LAB_LOAD_BALANCER_MISSING',
      'The blueprint has no Application Load Balancer, so there is nothing to send a request to.',
    ),
  notRunning: (endpointUrl: string, variable: string) =>
    new LabError(
      'LAB_NOT_RUNNING',
      `Nothing answers at ${endpointUrl}: start the lab with "npx pnpm start", or name its endpoint with --endpoint-url or ${variable}.`,
    ),
  noEndpoint: (url: string, { defaultPort, flag, variable }: Setting) =>
    new LabError(
      'LAB_NO_ENDPOINT',
      `What answers at ${url} is no AWS API endpoint: the lab's has port ${defaultPort}, or the one that ${flag} or ${variable} gave it.`,
    ),
  apiFailed: (code: string, message: string) => new LabError('LAB_API_FAILED', `The lab answered ${code}: ${message}`),
  serviceUnknown: (name: string, known: readonly string[]) =>
    new LabError('LAB_SERVICE_UNKNOWN', `There is no service "${name}"; the services are ${known.join(', ')}.`),
  countInvalid: (text: string) =>
    new LabError('LAB_COUNT_INVALID', `"${text}" is not a number of tasks: give a whole number from 0 to 100.`),
  taskUnknown: (prefix: string) =>
    new LabError('LAB_TASK_UNKNOWN', `No running task's id starts with "${prefix}": "pnpm lab status" lists them.`),
  taskAmbiguous: (prefix: string, count: number) =>
    new LabError('LAB_TASK_AMBIGUOUS', `${count} tasks' ids start with "${prefix}": give more of the id.`),
  taskProcessUnknown: (id: string) =>
    new LabError(
      'LAB_TASK_PROCESS_UNKNOWN',
      `Task ${id} has no process on this machine, so there is nothing to kill: leave out --kill to stop it through the API.`,
    ),
  taskInContainer: (id: string, container: string) =>
    new LabError('LAB_TASK_IN_CONTAINER', `Task ${id} is Docker's to kill: run \`docker kill ${container}\`.`),
  taskElsewhere: (endpointUrl: string) =>
    new LabError(
      'LAB_TASK_ELSEWHERE',
      `The tasks behind ${endpointUrl} are not known to be processes of this machine, so none is killed: leave out --kill to stop it through the API.`,
    ),
  urlInvalid: (text: string) =>
    new LabError(
      'LAB_URL_INVALID',
      `"${text}" is neither a URL nor a path: try /api/whoami or http://127.0.0.1:8080/api/whoami.`,
    ),
  loadBalancerUrlInvalid: (text: string) =>
    new LabError(
      'LAB_LOAD_BALANCER_URL_INVALID',
      `"${text}" is not the URL of a load balancer: give one such as http://127.0.0.1:8080 with --url.`,
    ),
  endpointInvalid: (text: string, variable: string) =>
    new LabError(
      'LAB_ENDPOINT_INVALID',
      `"${text}" is not the URL of an AWS API endpoint: give one such as http://127.0.0.1:4566 with --endpoint-url or ${variable}.`,
    ),
  methodInvalid: (text: string) => new LabError('LAB_METHOD_INVALID', `"${text}" is not an HTTP method: try GET.`),
  headerInvalid: (text: string) =>
    new LabError('LAB_HEADER_INVALID', `"${text}" is not a header: write it as "Name: value".`),
  listenerElsewhere: (url: string, known: readonly string[]) =>
    new LabError(
      'LAB_LISTENER_ELSEWHERE',
      `No listener of the lab is at ${url}; its load balancer answers at ${known.join(', ')}.`,
    ),
  listenerMissing: (port: number, known: readonly number[]) =>
    new LabError(
      'LAB_LISTENER_MISSING',
      `No listener has port ${port}; the load balancer listens on ${known.join(', ')}.`,
    ),
  taskNotPlaced: (running: number, desired: number, refusal: string) =>
    new LabError(
      'LAB_TASK_NOT_PLACED',
      `${running} of ${desired} tasks run, and there is no place for more: ${refusal}`,
    ),
  steadyTimeout: (service: string, seconds: number) =>
    new LabError(
      'LAB_STEADY_TIMEOUT',
      `Service ${service} has come no nearer to its desired count for ${seconds} s: "pnpm lab status" shows what it waits for.`,
    ),
  stopTimeout: (seconds: number) =>
    new LabError('LAB_STOP_TIMEOUT', `The lab is still stopping after ${seconds} s: it ends as it is.`),
  servicesFailed: (message: string) => new LabError('LAB_SERVICES_FAILED', message),
  checkFailed: (failed: number, total: number) =>
    new LabError('LAB_CHECK_FAILED', `${failed} of ${total} promises did not hold.`),
};
