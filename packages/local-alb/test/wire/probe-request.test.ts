import { expect, test } from 'vitest';
import { printProbe } from '../../src/wire/probe-request.ts';

test.for([
  ['10.0.0.1', 3000, '10.0.0.1:3000'],
  ['10.0.0.1', 80, '10.0.0.1'],
  ['10.0.0.1', 443, '10.0.0.1'],
  ['fd00::1', 8080, '[fd00::1]:8080'],
  ['fd00::1', 443, '[fd00::1]'],
] as const)('checks %s at port %i as host %s', ([host, port, expected]) => {
  const lines = printProbe({ host, port, path: '/check' }).split('\r\n');
  expect(lines.slice(0, 2)).toEqual(['GET /check HTTP/1.1', `Host: ${expected}`]);
  expect(lines.slice(-2)).toEqual(['', '']);
});
