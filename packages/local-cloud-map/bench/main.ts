/**
 * How many DNS questions are answered per second by UDP: `node bench/main.ts [seconds]`.
 *
 * The server in this thread and the asker in another, 64 questions under way, 20 instances. On a busy machine look at the CPU
 * time.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { startLocalCloudMap } from '../src/index.ts';
import { question } from '../test/ask.ts';
import { addresses, api, dnsNamespace, worker as workerService } from '../test/lab.ts';

const UNDER_WAY = 64;

async function serve(): Promise<void> {
  const seconds = Number(process.argv[2] ?? 5);
  await using cloudMap = await startLocalCloudMap({
    namespaces: [dnsNamespace],
    discoveryServices: [api, workerService],
    region: 'us-east-1',
    accountId: '000000000000',
    dns: { host: '127.0.0.1', port: 0, queriesPerSecondMax: 1e9 },
  });
  for (const [index, address] of addresses(20).entries()) {
    for (const { id } of [api, workerService]) {
      const Attributes = { AWS_INSTANCE_IPV4: address, AWS_INSTANCE_PORT: '3000' };
      await cloudMap.api.operations['RegisterInstance']?.({ ServiceId: id, InstanceId: `i${index}`, Attributes });
    }
  }
  for (const [name, type] of [
    ['api', 'A'],
    ['worker', 'SRV'],
    ['none', 'A'],
  ] as const) {
    const message = question(`${name}.${dnsNamespace.name}`, type);
    const count = new SharedArrayBuffer(4);
    const before = process.threadCpuUsage();
    const asker = new Worker(new URL(import.meta.url), { workerData: { ...cloudMap.dns, seconds, message, count } });
    await once(asker, 'exit');
    const { user, system } = process.threadCpuUsage(before);
    const [answers = 0] = new Int32Array(count);
    const cost = Math.round((user + system) / answers);
    console.log(`${Math.round(answers / seconds)} answers/s to ${name} ${type}, ${cost} µs of the server's CPU each`);
  }
}

interface Task {
  readonly host: string;
  readonly port: number;
  readonly seconds: number;
  readonly message: Uint8Array;
  readonly count: SharedArrayBuffer;
}

/** An answer that is lost lets the count of questions under way sink; on loopback none is. */
async function ask({ host, port, seconds, message, count }: Task): Promise<void> {
  const socket = createSocket('udp4');
  socket.connect(port, host);
  await once(socket, 'connect');
  let answers = 0;
  socket.on('message', () => {
    answers++;
    socket.send(message);
  });
  for (let index = 0; index < UNDER_WAY; index++) socket.send(message);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  socket.close();
  new Int32Array(count)[0] = answers;
}

await (isMainThread ? serve() : ask(workerData));
