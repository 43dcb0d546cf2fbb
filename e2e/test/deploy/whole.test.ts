import { expect, it } from 'vitest';

import { startLabProcess } from '../support/lab-process.ts';
import { recordedEngine } from './container-engine.ts';
import { startRecordedAws } from './recorded-aws/start-recorded-aws.ts';
import { labMain, startVerb } from './run-verb.ts';

it('deploys what the lab runs, and finds every promise kept behind the load balancer', async () => {
  await using lab = await startLabProcess();
  await using aws = await startRecordedAws({ loadBalancerHost: new URL(lab.ready.urls.http).host });
  await using engine = await recordedEngine();

  const deployment = startVerb(['deploy', '--yes'], { ...aws.environment, CDK_DOCKER: engine.command }, labMain);

  const { code, stdout, stderr } = await deployment.result;
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('✓ A journey through service-connect passes frontend → api → worker.');
  expect(stdout).toContain(`Switchyard-Platform.Url = ${lab.ready.urls.http}`);
}, 240_000);
