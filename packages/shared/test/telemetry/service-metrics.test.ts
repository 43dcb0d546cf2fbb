import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ServiceMetrics } from '../../src/telemetry/service-metrics.ts';
import { brokenRules } from './embedded-metric-format.ts';

const AT_MS = 1_772_366_400_000.4;

function build(): ServiceMetrics {
  return new ServiceMetrics({ service: 'api', random: () => 0 });
}

test('makes one document for each route, with counts and times', () => {
  const metrics = build();
  metrics.noteRequest('GET /api/journey', 200, 12.3456);
  metrics.noteRequest('GET /api/journey', 502, 30);
  metrics.noteRequest('unknown', 404, 1);
  expect(metrics.take(AT_MS)).toEqual([
    {
      _aws: {
        Timestamp: 1_772_366_400_000,
        CloudWatchMetrics: [
          {
            Namespace: 'Switchyard/Services',
            Dimensions: [['Service', 'Route'], ['Service']],
            Metrics: [
              { Name: 'Requests', Unit: 'Count' },
              { Name: 'ServerErrors', Unit: 'Count' },
              { Name: 'Latency', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
      Service: 'api',
      Route: 'GET /api/journey',
      Requests: 2,
      ServerErrors: 1,
      Latency: [12.35, 30],
    },
    expect.objectContaining({ Route: 'unknown', Requests: 1, ClientErrors: 1, Latency: [1] }),
  ]);
});

test('makes one document for each discovery mechanism', () => {
  const metrics = build();
  metrics.noteLookUp('cloud-map-dns', false, 2);
  metrics.noteLookUp('cloud-map-api', true, 2000);
  expect(metrics.take(AT_MS)).toMatchObject([
    { Service: 'api', Mechanism: 'cloud-map-dns', LookUps: 1, LookUpLatency: [2] },
    { Service: 'api', Mechanism: 'cloud-map-api', LookUps: 1, LookUpErrors: 1, LookUpLatency: [2000] },
  ]);
});

test('begins anew after each document, and makes none of nothing', () => {
  const metrics = build();
  metrics.noteRequest('GET /', 200, 1);
  expect(metrics.take(AT_MS)).toHaveLength(1);
  expect(metrics.take(AT_MS)).toEqual([]);
});

test('counts all of many requests, and keeps a hundred of their times', () => {
  const metrics = build();
  for (let ms = 0; ms < 1000; ms += 1) metrics.noteRequest('GET /', 200, ms);
  const [document] = metrics.take(AT_MS);
  expect(document?.['Requests']).toBe(1000);
  expect(document?.['Latency']).toHaveLength(100);
});

test('counts requests for more routes than it has room for under one name', () => {
  const metrics = build();
  for (let route = 0; route < 1000; route += 1) metrics.noteRequest(`GET /${route}`, 200, 1);
  const documents = metrics.take(AT_MS);
  expect(documents).toHaveLength(41);
  expect(documents.at(-1)).toMatchObject({ Route: 'other', Requests: 960 });
});

test('writes only what CloudWatch takes, whatever happens', () => {
  const happening = fc.oneof(
    fc.tuple(
      fc.constant('request' as const),
      fc.string({ minLength: 1, maxLength: 3000 }),
      fc.integer({ min: 100, max: 599 }),
      fc.double({ min: 0, max: 1e9, noNaN: true }),
    ),
    fc.tuple(
      fc.constant('look-up' as const),
      fc.constantFrom('cloud-map-dns', 'cloud-map-api'),
      fc.boolean(),
      fc.nat(),
    ),
  );
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 300, size: 'max' }), (happenings) => {
      const metrics = build();
      for (const each of happenings) {
        if (each[0] === 'request') metrics.noteRequest(each[1], each[2], each[3]);
        else metrics.noteLookUp(each[1], each[2], each[3]);
      }
      const lines = metrics.take(AT_MS).map((document) => JSON.stringify(document));
      expect(lines.flatMap(brokenRules)).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
