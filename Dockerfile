# Every image of Switchyard: the services that go to AWS and the stand-ins of the compose run.
#   docker build --build-arg TARGET=apps/api .
ARG NODE_IMAGE=node:24-slim

# The part of the workspace that TARGET needs; manifests apart from sources, so that dependencies are a layer of their own.
FROM ${NODE_IMAGE} AS pruned
WORKDIR /workspace
COPY pnpm-workspace.yaml .
RUN npm install --global --no-fund --no-audit "turbo@$(sed -n 's/^  turbo: //p' pnpm-workspace.yaml)"
COPY . .
ARG TARGET
RUN test -f "${TARGET:?Pass --build-arg TARGET=<folder of the package>, for example apps/api}/package.json" \
 && turbo prune --docker "$(node -p "require('./${TARGET}/package.json').name")"

FROM ${NODE_IMAGE} AS installed
WORKDIR /workspace
COPY --from=pruned /workspace/out/json/ .
RUN npx --yes "$(node -p "require('./package.json').packageManager")" install --prod --frozen-lockfile --ignore-scripts

# Node strips the types as it loads: the files that run are the files that were tested.
FROM ${NODE_IMAGE}
ARG TARGET
ENV NODE_ENV=production NODE_COMPILE_CACHE=/var/cache/node-compile
COPY --from=installed /workspace /workspace
COPY --from=pruned /workspace/out/full /workspace
RUN install --directory --owner=node /var/cache/node-compile
WORKDIR /workspace/${TARGET}
USER node
# Compiles now what would be compiled at every start, and at the first request: a service is started, asked and stopped; stand-ins are
# loaded. What is compiled is kept when a process ends.
RUN node --input-type=module -e "\
import { spawn } from 'node:child_process'; import { once } from 'node:events'; import { glob } from 'node:fs/promises'; \
const peer = { dnsName: 'nobody.invalid', recordType: 'A', port: 9, serviceConnectUrl: 'http://127.0.0.1:9' }; \
const env = { ...process.env, SERVICE_NAME: 'warm-up', HOST: '127.0.0.1', PORT: '0', STOP_TIMEOUT_SECONDS: '2', \
  PEERS: JSON.stringify({ frontend: peer, api: peer, worker: peer }), AWS_REGION: 'us-east-1', AWS_MAX_ATTEMPTS: '1', \
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' }; \
for await (const _ of glob('src/app.ts')) { \
  const service = spawn(process.execPath, ['src/main.ts'], { env, stdio: ['ignore', 'pipe', 'inherit'] }); \
  const ended = once(service, 'exit'); \
  for await (const line of service.stdout) { \
    const [url] = /http:[\/][\/][0-9.:]+/.exec(line) ?? []; \
    if (url) for (const via of ['cloud-map-dns', 'cloud-map-api', 'service-connect']) await (await fetch(url + '/journey?via=' + via)).text(); \
    if (url) service.kill(); \
  } \
  if ((await ended)[0] !== 0) process.exit(1); \
} \
for await (const file of glob('src/roles/*.ts')) await import(process.cwd() + '/' + file)"
CMD ["node", "src/main.ts"]
