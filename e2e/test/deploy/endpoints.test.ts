import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { callsOf, labAccount, synthesizedApp } from './lab-account.ts';
import type { SynthesizedApp } from './lab-account.ts';
import { recordedAccount } from './recorded-aws/account.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 });

let app: SynthesizedApp;
beforeAll(async () => void (app = await synthesizedApp({ nat: 'none', networkModes: 'true' })));
afterAll(async () => await app[Symbol.asyncDispose]());

const { endpoints } = recordedAccount();

describe('interface endpoints', () => {
  it('are all to be had, with a policy where the templates give them one', async () => {
    await using lab = await labAccount(app.directory);

    const { code, stderr } = await lab.run('deploy', '--dry-run');

    expect(stderr).toContain('✓ endpoints: us-east-1 has all 9 interface endpoints');
    expect(code, stderr).toBe(0);
  });

  it('stop the deployment in a region that has not all of them, or takes no policy for one', async () => {
    const { 'data-servicediscovery': _, ...others } = endpoints;
    await using lab = await labAccount(app.directory, { endpoints: { ...others, ecs: false } });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain(
      '✗ endpoints: us-east-1 has no endpoint for com.amazonaws.us-east-1.data-servicediscovery: deploy with --nat one and --endpoints gateway instead.',
    );
    expect(stderr).toContain(
      '✗ endpoints: In us-east-1 the endpoint for com.amazonaws.us-east-1.ecs takes no policy: deploy with --nat one and --endpoints gateway instead.',
    );
    expect(code).toBe(1);
    expect(callsOf(lab.recorded, 'cloudformation:CreateChangeSet')).toEqual([]);
  });
});
