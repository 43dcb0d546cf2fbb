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
# Compiles now what would be compiled at every start.
RUN node --input-type=module -e "import { glob } from 'node:fs/promises'; for await (const file of glob('src/{app,roles/*}.ts')) await import(process.cwd() + '/' + file)"
CMD ["node", "src/main.ts"]
