import { request } from 'undici';

import { startLabProcess } from '../test/support/lab-process.ts';

const rounds = 5;

/** From the command to the first 200 through the load balancer with every target healthy; installed and synthesized before. */
const timesMs: number[] = [];
for (let round = 0; round <= rounds; round++) {
  const began = performance.now();
  await using lab = await startLabProcess();
  const { statusCode, body } = await request(`${lab.ready.urls.http}/whoami`);
  await body.dump();
  const ms = performance.now() - began;
  if (statusCode !== 200) throw new Error(`The load balancer answered ${statusCode}.`);
  // The first round fills caches (compiled code, the blueprint).
  if (round > 0) timesMs.push(ms);
}
timesMs.sort((a, b) => a - b);
const median = timesMs[Math.floor(rounds / 2)] ?? 0;
console.log(
  `start to first answer, all targets healthy: median ${Math.round(median)} ms of ${timesMs.map((ms) => Math.round(ms)).join(', ')} (goal 1500)`,
);
