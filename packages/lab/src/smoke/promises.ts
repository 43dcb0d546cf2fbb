import type { Ask } from './ask.ts';
import { discoveryPromises, mechanisms } from './discovery-promises.ts';
import { excerpt, expectStatus, jsonOf } from './expect-answer.ts';
import { holds } from './promise.ts';
import type { LabPromise } from './promise.ts';

const journeyServices = 'frontend → api → worker';
/** Enough for round robin over two tasks to show both, whichever load balancer node takes each request. */
const whoAmICount = 12;

interface WhoAmI {
  readonly service: string;
  readonly taskId: string;
  readonly zone: string;
}

interface Journey {
  readonly ms: number;
  readonly hops: readonly WhoAmI[];
  readonly error?: { readonly detail: string };
}

/** What holds against any load balancer of the lab, here or on AWS. */
export const promises: readonly LabPromise[] = [
  {
    title: 'The front page is served.',
    keep: async (ask) => {
      const answer = await ask('/', { headers: { accept: 'text/html' } });
      expectStatus(answer, 200);
      holds(answer.text.includes('<html'), `the body is not a page: ${excerpt(answer)}`);
      return `${answer.text.length} characters of HTML`;
    },
  },
  ...mechanisms.map((via): LabPromise => ({
    title: `A journey through ${via} passes ${journeyServices}.`,
    keep: async (ask) => {
      const answer = await ask(`/journey?via=${via}`);
      const { hops, ms, error } = jsonOf<Journey>(answer);
      const seen = (hops ?? []).map(({ service }) => service).join(' → ');
      holds(
        answer.status === 200 && seen === journeyServices,
        `${answer.status}, hops ${seen || 'none'}${error ? `: ${error.detail}` : ''}`,
      );
      return `${ms} ms over ${(hops ?? []).map(({ zone }) => zone).join(', ')}`;
    },
  })),
  ...['/api', '/worker'].map((base): LabPromise => ({
    title: `${base}/whoami is answered by several tasks in several zones.`,
    keep: async (ask) => {
      const answers = await whoAmI(ask, `${base}/whoami`);
      const tasks = new Set(answers.map(({ taskId }) => taskId));
      const zones = new Set(answers.map(({ zone }) => zone));
      holds(
        answers.every(({ service }) => `/${service}` === base),
        `another service answered: ${answers[0]?.service}`,
      );
      holds(tasks.size > 1 && zones.size > 1, `${tasks.size} task(s) in ${[...zones].join(', ')}`);
      return `${tasks.size} tasks in ${[...zones].toSorted((a, b) => String(a).localeCompare(String(b))).join(', ')}`;
    },
  })),
  {
    title: 'The frontend keeps a client with its cookie on one task.',
    keep: async (ask) => {
      const { cookies } = await ask('/whoami');
      holds(
        cookies.some((cookie) => cookie.startsWith('AWSALB=')),
        'the answer sets no AWSALB cookie',
      );
      const tasks = new Set((await whoAmI(ask, '/whoami', { cookie: cookies.join('; ') })).map(({ taskId }) => taskId));
      holds(tasks.size === 1, `${tasks.size} tasks answered`);
      return [...tasks].join('').slice(0, 8);
    },
  },
  {
    title: 'The header rule sends /whoami to the worker.',
    keep: async (ask) => {
      const answer = await ask('/whoami', { headers: { 'x-service': 'worker' } });
      const { service } = jsonOf<WhoAmI>(answer);
      holds(service === 'worker', `${answer.status} from ${service}`);
      return 'worker';
    },
  },
  {
    title: 'Paths under /internal are refused by the load balancer.',
    keep: async (ask) => {
      expectStatus(await ask('/internal/x'), 403);
      return '403';
    },
  },
  {
    title: 'The redirect leads to the journey.',
    keep: async (ask) => {
      const answer = await ask('/trip');
      const location = answer.header('location') ?? '';
      holds(
        answer.status === 302 && URL.canParse(location) && new URL(location).pathname === '/journey',
        `${answer.status} to ${location || 'nowhere'}`,
      );
      return location;
    },
  },
  ...discoveryPromises,
  {
    title: 'An unknown path gets the frontend’s 404.',
    keep: async (ask) => {
      const answer = await ask('/nope');
      expectStatus(answer, 404);
      holds(
        answer.header('content-type')?.startsWith('application/problem+json') === true,
        `the body is ${answer.header('content-type')}`,
      );
      return 'a problem document';
    },
  },
];

async function whoAmI(
  ask: Ask,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Partial<WhoAmI>[]> {
  const answers: Partial<WhoAmI>[] = [];
  for (let count = 0; count < whoAmICount; count++) {
    const answer = await ask(path, { headers });
    expectStatus(answer, 200);
    answers.push(jsonOf<WhoAmI>(answer));
  }
  return answers;
}
