import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { expect, test } from 'vitest';

import { curl } from '../support/lab-under-test.ts';
import { docker, ofProject } from './compose-lab.ts';
import type { ComposeLab } from './compose-lab.ts';

/** Who reaches whom in the lab in containers, and what a service may do in its own. */
export function isolation(lab: () => ComposeLab): void {
  test('nothing but the load balancer, the AWS endpoint and DNS is published, and on this machine only', async () => {
    const names = (await docker('ps', '--format', '{{.Names}}', '--filter', ofProject(lab()))).split('\n');
    const published: string[] = [];
    for (const name of names) published.push(await docker('port', name));
    const addresses = published.flatMap((lines) => lines.split('\n')).filter(Boolean);
    const { port } = new URL(lab().url);
    expect(addresses.toSorted()).toEqual(
      [
        `${port}/tcp -> 127.0.0.1:${port}`,
        `4566/tcp -> ${new URL(lab().endpointUrl).host}`,
        `53/tcp -> 127.0.0.1:${lab().dns.port}`,
        `53/udp -> 127.0.0.1:${lab().dns.port}`,
      ].toSorted(),
    );
  });

  test('services are in the private network alone, which has no way out', async () => {
    expect(await docker('network', 'inspect', '--format', '{{.Internal}}', `${lab().project}_private`)).toBe('true');
    const networks: string[] = [];
    for (const service of ['frontend', 'api', 'worker']) {
      for (const name of await lab().containersOf(service))
        networks.push(
          await docker('inspect', '--format', '{{range $n, $_ := .NetworkSettings.Networks}}{{$n}} {{end}}', name),
        );
    }
    expect(networks.map((list) => list.trim())).toEqual(Array(6).fill(`${lab().project}_private`));
  });

  test('this machine reaches a service by the load balancer alone, not at the address of its container', async () => {
    for (const service of ['frontend', 'api', 'worker']) {
      const [name = ''] = await lab().containersOf(service);
      const address = await docker(
        'inspect',
        '--format',
        '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
        name,
      );
      const answer = await curl(`http://${address}:3000/healthz`, {}, 'GET', undefined, 2000).catch(() => undefined);
      expect(answer?.text ?? '').not.toContain('"live":true');
    }
  });

  test('a service does not reach this machine, whatever listens here', async () => {
    const server = createServer((socket) => socket.end('this machine')).listen(0, '0.0.0.0');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [, first] =
      /"Subnet":"(\d+\.\d+\.\d+)\.0/.exec(
        await docker('network', 'inspect', '--format', '{{json .IPAM.Config}}', `${lab().project}_private`),
      ) ?? [];
    const ask = `const s=require('node:net').connect({host:'${first}.1',port:${port},timeout:2000}).on('data',(d)=>console.log(String(d))).on('error',()=>{}).on('timeout',()=>s.destroy())`;
    const { out } = await lab().compose('exec', '-T', 'api', 'node', '-e', ask);
    await once(server.close(), 'close');
    expect(out.trim()).toBe('');
  });

  test('an ordinary look-up inside a container finds what Cloud Map knows', async () => {
    const look = `require('node:dns').promises.resolveSrv('worker.switchyard.internal').then((all)=>console.log(all.length,all[0].port))`;
    const { out } = await lab().compose('exec', '-T', 'api', 'node', '-e', look);
    expect(out.trim()).toBe('2 3000');
  });

  test('what a service loads at its start was compiled when its image was built', async () => {
    const start = `const {spawn}=require('node:child_process');const env={...process.env,HOST:'127.0.0.1',PORT:'0',NODE_DEBUG_NATIVE:'COMPILE_CACHE'};const main=spawn(process.execPath,['src/main.ts'],{env});let said='';for(const stream of [main.stdout,main.stderr])stream.on('data',(text)=>{said+=text;if(said.includes('listening at'))main.kill('SIGKILL')});main.on('close',()=>console.log((said.match(/was accepted/g)??[]).length>100,said.match(/.*was not initialized.*/g)))`;
    const { out } = await lab().compose('exec', '-T', 'frontend', 'node', '-e', start);
    expect(out.trim()).toBe('true null');
  });

  test('services run as an ordinary user on a root file system that they cannot write', async () => {
    const write = `try{require('node:fs').writeFileSync('/workspace/x','')}catch(error){console.log(process.getuid(),error.code)}`;
    const { out } = await lab().compose('exec', '-T', 'worker', 'node', '-e', write);
    expect(out.trim()).toBe('1000 EROFS');
  });
}
