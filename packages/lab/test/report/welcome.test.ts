import pc from 'picocolors';
import { describe, expect, test } from 'vitest';

import type { Lab } from '../../src/embedded/start-lab.ts';
import { welcome } from '../../src/report/welcome.ts';

const lab: Lab = {
  urls: { http: 'http://127.0.0.1:8080', endpoint: 'http://127.0.0.1:4566' },
  dns: { host: '127.0.0.1', port: 8053 },
  otherLoadBalancers: [],
  zoneName: 'switchyard.internal',
  serviceNames: ['frontend', 'api', 'worker'],
  addressOctet: 10,
  run: async () => {},
  [Symbol.asyncDispose]: async () => {},
};

function commands(of: Lab): string[] {
  return welcome(of, 1.7, pc.createColors(false)).filter((line) => /^ {2}(curl|dig|npx) /.test(line));
}

describe('the welcome', () => {
  test('names commands that work as they stand', () => {
    expect(commands(lab)).toEqual([
      '  curl -s http://127.0.0.1:8080/journey',
      '  curl -s http://127.0.0.1:8080/api/whoami',
      '  dig @127.0.0.1 -p 8053 SRV worker.switchyard.internal',
      '  npx pnpm lab status',
    ]);
  });

  test('leads to this lab’s endpoint, not to another one’s, where the port is not the default', () => {
    const urls = { ...lab.urls, endpoint: 'http://127.0.0.1:14566' };
    expect(commands({ ...lab, urls }).at(-1)).toBe('  npx pnpm lab status --endpoint-url http://127.0.0.1:14566');
  });

  test('names no service that another assembly does not have', () => {
    expect(commands({ ...lab, serviceNames: ['shop'] })).toEqual([
      '  curl -s http://127.0.0.1:8080/',
      '  npx pnpm lab status',
    ]);
  });
});
