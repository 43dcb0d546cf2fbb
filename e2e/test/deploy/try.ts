import { spawnSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { startRecordedAws } from './recorded-aws/start-recorded-aws.ts';
const aws = await startRecordedAws(process.argv[2]==='fail' ? {failures:{'Switchyard-Platform':{type:'AWS::ECS::Cluster',reason:'Unable to assume the service linked role.'}}}:{});
const env={PATH:process.env.PATH,HOME:'/tmp/dp',...aws.environment,CDK_DOCKER:'/tmp/dp/fakedocker',CDK_DISABLE_CLI_TELEMETRY:'true'};
async function run(args){const c=spawn('/work/main/infra/node_modules/.bin/cdk',args,{cwd:'/work/main/infra',env,stdio:['ignore','pipe','pipe']});const t=performance.now();
for(const s of ['stdout','stderr'])c[s].setEncoding('utf8').on('data',d=>console.log(s,Math.round(performance.now()-t),JSON.stringify(d)));
const [code]=await once(c,'close');console.log('exit',code);}
await run(['deploy','--all','--app','/tmp/deploy-asm','--require-approval','never','--progress','events','--no-notices','--no-color','--outputs-file','/tmp/dp/out.json']);
console.log(aws.account.calls.join('\n'));aws.account.calls.length=0;
if(process.argv[2]!=='fail'){await run(['destroy','--all','--force','--app','/tmp/deploy-asm','--no-notices','--no-color']);
console.log(aws.account.calls.join('\n'));}
await aws[Symbol.asyncDispose]();
