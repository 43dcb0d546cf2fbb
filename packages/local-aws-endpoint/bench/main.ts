/**
 * How many requests the endpoint answers per second: `node bench/main.ts [seconds]`.
 *
 * 16 connections, the server in this thread and those who ask in another, 20 instances an answer. On a busy machine look at
 * the CPU time.
 */
import { Agent, request } from 'node:http';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { once } from 'node:events';
import { startAwsEndpoint } from '../src/index.ts';

const ASKERS = 16;
const headers = { 'x-amz-target': 'Bench.List', 'content-type': 'application/x-amz-json-1.1' };

async function serve(): Promise<void> {
  const seconds = Number(process.argv[2] ?? 5);
  const attributes = { AWS_INSTANCE_IPV4: '127.10.0.1', AWS_INSTANCE_PORT: '3000', AVAILABILITY_ZONE: 'us-east-1a' };
  const Instances = Array.from({ length: 20 }, (_, index) => ({ InstanceId: `i${index}`, Attributes: attributes }));
  const protocol = { kind: 'json-1.1', targetPrefix: 'Bench' } as const;
  const api = { service: 'bench', protocol, operations: { List: () => ({ Instances }) } };
  await using endpoint = await startAwsEndpoint({ host: '127.0.0.1', port: 0, apis: [api] });
  const count = new SharedArrayBuffer(4);
  const before = process.threadCpuUsage();
  const asker = new Worker(new URL(import.meta.url), { workerData: { url: endpoint.url, seconds, count } });
  await once(asker, 'exit');
  const { user, system } = process.threadCpuUsage(before);
  const [answers = 0] = new Int32Array(count);
  const cost = Math.round((user + system) / answers);
  console.log(`${Math.round(answers / seconds)} requests/s, ${cost} µs of the server's CPU each`);
}

interface Task {
  readonly url: string;
  readonly seconds: number;
  readonly count: SharedArrayBuffer;
}

async function ask({ url, seconds, count }: Task): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: ASKERS });
  const deadline = performance.now() + seconds * 1000;
  let answers = 0;
  const asker = async (): Promise<void> => {
    while (performance.now() < deadline) {
      const sent = request(url, { method: 'POST', headers, agent }).end('{}');
      const [response] = await once(sent, 'response');
      response.resume();
      await once(response, 'end');
      answers++;
    }
  };
  await Promise.all(Array.from({ length: ASKERS }, asker));
  agent.destroy();
  new Int32Array(count)[0] = answers;
}

await (isMainThread ? serve() : ask(workerData));
