import { describe, expect, it, vi } from 'vitest';

import { expectTemplates } from './expectations.ts';
import { changesOf, labAccount, synthesizedApp, webServer } from './lab-account.ts';
import { startVerb } from './run-verb.ts';

// Processes of the CDK, one after the other, on whatever the machine has to spare.
vi.setConfig({ testTimeout: 400_000 });

describe('deploy on a deployed system', () => {
  it.each([
    ['without NAT and with everything encrypted', { nat: 'none', targetTls: 'true', serviceConnectTls: 'true' }],
    ['with paths to analyse and mailed alarms', { reachability: 'true', alarmEmail: 'ops@example.com' }],
  ])('goes from the defaults to a system %s, and back', async (_switches, context) => {
    await using byDefault = await synthesizedApp();
    await using switched = await synthesizedApp(context);
    await using web = await webServer(200);
    await using lab = await labAccount(byDefault.directory, { loadBalancerHost: web.host });

    for (const app of [byDefault, switched, byDefault]) {
      const deployment = startVerb(['deploy', '--yes', '--assembly', app.directory], lab.environment);

      const { code, stdout, stderr } = await deployment.result;
      expect(code, stderr).toBe(0);
      expect(stdout).not.toMatch(/\.(Exports|Publish)Output/);
      await expectTemplates(app, lab.recorded);
    }
  });

  it('takes no zone away from under its tasks', async () => {
    await using three = await synthesizedApp({ zones: '3' });
    await using two = await synthesizedApp();
    await using web = await webServer(200);
    await using lab = await labAccount(two.directory, { loadBalancerHost: web.host });
    await startVerb(['deploy', '--yes', '--assembly', three.directory], lab.environment).result;
    lab.recorded.calls.length = 0;

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain('✗ switches: Switchyard-Services uses what Switchyard-Network would lose');
    expect(code).toBe(1);
    expect(changesOf(lab.recorded)).toEqual([]);
  });
});
