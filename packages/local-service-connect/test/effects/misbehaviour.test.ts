import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { expect, test } from 'vitest';

import { call, startLab, startTask, type Lab } from '../harness.ts';

/** A repeatable sequence in [0, 1). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

/** A task that echoes, and in one case of six does what a task should not. */
function misbehaving(random: () => number): RequestListener {
  return (request, response) => {
    const choice = random();
    if (choice < 0.05) request.socket.destroy();
    else if (choice < 0.08) response.writeHead(503).end('busy');
    else if (choice < 0.1) response.write('part', () => response.destroy());
    else if (choice < 0.12) request.resume();
    else if (choice < 0.14) request.socket.write('rubbish\r\n\r\n');
    else if (choice < 0.17) response.writeHead(202).end('early');
    else request.pipe(response);
  };
}

interface Attempted {
  readonly status: number;
  readonly isEcho: boolean;
}

/** One call; the status is 0 when it is cut short, or when the client itself gives up. */
async function attempt(lab: Lab, agent: Agent, body: Buffer, givesUp: boolean): Promise<Attempted> {
  const request = httpRequest({ ...lab.address, method: body.length === 0 ? 'GET' : 'POST', agent });
  request.end(body);
  if (givesUp) setTimeout(() => request.destroy(), 3);
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const answer = Buffer.concat(await Array.fromAsync(response as AsyncIterable<Buffer>));
    return { status: response.statusCode ?? 0, isEcho: answer.equals(body) };
  } catch {
    return { status: 0, isEcho: false };
  }
}

test.each([1, 2])(
  'keeps its books and mixes nothing up whatever tasks and clients do (%i)',
  async (seed) => {
    const random = sequence(seed);
    await using a = await startTask(misbehaving(random), '127.10.1.1');
    await using b = await startTask(misbehaving(random), '127.10.2.1');
    await using c = await startTask((request, response) => request.pipe(response), '127.10.3.1');
    await using lab = await startLab({ tasks: [a, b, c], endpoint: { timeout: { perRequestTimeoutSeconds: 0.3 } } });
    await call(lab);
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    const outcomes: Attempted[] = [];
    const client = async (): Promise<void> => {
      for (let request = 0; request < 8; request++) {
        const body = Buffer.alloc(random() < 0.5 ? 0 : Math.floor(random() * 100_000), `${random()}`);
        outcomes.push(await attempt(lab, agent, body, random() < 0.05));
      }
    };

    await Promise.all(Array.from({ length: 20 }, client));
    agent.destroy();

    expect(outcomes).toHaveLength(160);
    expect(outcomes.filter(({ status, isEcho }) => status === 200 && !isEcho)).toEqual([]);
    expect(outcomes.filter(({ isEcho }) => isEcho).length).toBeGreaterThan(40);
    const idle = { active: 0, hosts: [{ active: 0 }, { active: 0 }, { active: 0 }] };
    await expect.poll(() => lab.proxy.statistics()[0], { timeout: 4_000 }).toMatchObject(idle);
    const { requests } = lab.proxy.statistics()[0]!;
    expect(lab.events.filter(({ kind }) => kind === 'request')).toHaveLength(requests);
  },
  20_000,
);
