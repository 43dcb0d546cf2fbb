import { expect, test } from 'vitest';
import type { Hop, Journey } from '../../src/journey/journey.ts';
import { pictureOf } from '../../src/journey/picture.ts';

const hop = (service: string, rest: Partial<Hop>): Hop => ({
  service,
  taskId: '0123456789abcdef0123456789abcdef',
  taskDefinition: `${service}:1`,
  zone: 'us-east-1a',
  address: '127.10.1.1',
  reached: { by: 'load-balancer', route: 'default rule, sticky' },
  attempts: [],
  ms: 12.34,
  ...rest,
});

const HOPS = [
  hop('frontend', {}),
  hop('api', {
    zone: 'us-east-1b',
    address: '127.10.101.17',
    ms: 9.8,
    reached: { by: 'service-connect', alias: 'http://api.mesh:3000', picked: 'api.mesh:3000' },
  }),
  hop('worker', {
    ms: 1.2,
    reached: {
      by: 'cloud-map-dns',
      name: 'worker.switchyard.internal',
      recordType: 'SRV',
      ttlSeconds: 10,
      answers: ['127.10.1.5:3000', '127.10.101.6:3000'],
      picked: '127.10.101.6:3000',
    },
    attempts: [
      { address: '127.10.1.5:3000', outcome: 'connect ECONNREFUSED 127.10.1.5:3000', ms: 0.4 },
      { address: '127.10.101.6:3000', outcome: 'answered 200', ms: 0.8 },
    ],
  }),
];

const JOURNEY: Journey = {
  via: 'cloud-map-dns',
  traceId: '1-67891233-abcdef012345678912345678',
  ms: 12.34,
  hops: HOPS,
};

test('draws a journey with aligned columns, the way to every hop, and what was tried', () => {
  expect(pictureOf(JOURNEY)).toBe(`client
  │ load balancer, default rule, sticky
  ▼
frontend  task 01234567  us-east-1a  127.10.1.1     12.3 ms
  │ Service Connect, alias http://api.mesh:3000
  ▼
api       task 01234567  us-east-1b  127.10.101.17   9.8 ms
  │ Cloud Map DNS, SRV worker.switchyard.internal, TTL 10 s
  │     127.10.1.5:3000
  │   → 127.10.101.6:3000
  │   before that tried 127.10.1.5:3000: connect ECONNREFUSED 127.10.1.5:3000
  ▼
worker    task 01234567  us-east-1a  127.10.1.1      1.2 ms

via cloud-map-dns · 12.3 ms · trace 1-67891233-abcdef012345678912345678
`);
});

test('draws where a journey ended and why', () => {
  const error = {
    status: 502,
    code: 'PEER_UNREACHABLE',
    call: 'api → worker',
    detail: 'The service worker cannot be reached.',
    attempts: [{ address: '127.10.1.5:3000', outcome: 'connect ECONNREFUSED', ms: 1 }],
  } as const;
  expect(pictureOf({ ...JOURNEY, hops: HOPS.slice(0, 2), error })).toContain(`
  │
  ✗ api → worker: 502 PEER_UNREACHABLE
    The service worker cannot be reached.
    tried 127.10.1.5:3000: connect ECONNREFUSED

via`);
});

test('names the first of very many places, the picked one and how many more there are', () => {
  const answers = Array.from({ length: 30 }, (_, index) => `127.10.1.${index}:3000`);
  const reached = {
    by: 'cloud-map-dns',
    name: 'x.y',
    recordType: 'A',
    ttlSeconds: 1,
    answers,
    picked: answers[25]!,
  } as const;
  const picture = pictureOf({ ...JOURNEY, hops: [hop('worker', { reached })] });
  expect(picture.match(/127\.10\.1\.\d+:3000/g)).toEqual([...answers.slice(0, 10), answers[25]]);
  expect(picture).toContain('  │   → 127.10.1.25:3000\n  │     and 19 more\n  ▼');
});

test('shows the instances that the Cloud Map API gave, with zone and health', () => {
  const reached = {
    by: 'cloud-map-api',
    namespace: 'switchyard.internal',
    service: 'worker',
    revision: 7,
    instances: [{ id: 'a', address: '127.10.1.5:3000', zone: 'us-east-1a', health: 'HEALTHY' }],
    preference: 'same zone (us-east-1a)',
    picked: '127.10.1.5:3000',
  } as const;
  expect(pictureOf({ ...JOURNEY, hops: [hop('worker', { reached })] })).toContain(
    `  │ Cloud Map API, worker in switchyard.internal, revision 7, same zone (us-east-1a)
  │   → 127.10.1.5:3000 us-east-1a HEALTHY`,
  );
});
