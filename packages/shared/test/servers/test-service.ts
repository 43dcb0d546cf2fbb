import { Lifecycle } from '../../src/service/lifecycle.ts';
import { serviceLimits } from '../../src/service/limits.ts';
import type { ServiceLimits } from '../../src/service/limits.ts';
import { buildService } from '../../src/service/build-service.ts';
import { loadServiceConfig } from '../../src/config/service-config.ts';
import { buildIdentitySource } from '../../src/identity/identity-source.ts';

export interface TestServiceOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Partial<ServiceLimits>;
}

/** A service with nothing but the kit's own routes; `logs` are its log lines. Close `app` by `await using`. */
export function buildTestService({ env = {}, limits = {} }: TestServiceOptions = {}) {
  const config = loadServiceConfig({ SERVICE_NAME: 'worker', BASE_PATH: '/worker', ALB_ROUTE: 'priority 30', ...env });
  const lifecycle = new Lifecycle();
  const logs: Record<string, unknown>[] = [];
  const context = {
    config,
    limits: { ...serviceLimits({ ...config, depth: 0 }), ...limits },
    lifecycle,
    identity: buildIdentitySource({ service: 'worker', metadataUri: '', fallbackAddress: '127.0.0.1' }),
    logTo: { write: (line: string) => logs.push(JSON.parse(line) as Record<string, unknown>) },
  };
  const app = buildService(context);
  return {
    app,
    context,
    lifecycle,
    logs,
    async listen(): Promise<number> {
      return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
    },
    async [Symbol.asyncDispose]() {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
