import { get } from 'node:http';
import { connect } from 'node:net';
import type { ClassicLoadBalancer } from '@switchyard/blueprint';

type HealthCheck = ClassicLoadBalancer['healthCheck'];

/** Checks an instance at once and then at every interval, until it is disposed: a connection that opens, or 200 to a GET. */
export function startHealthChecks(
  address: string,
  check: HealthCheck,
  onResult: (isPassed: boolean) => void,
): Disposable {
  const stop = new AbortController();
  const run = (): void => {
    void probe(address, check, stop.signal).then((isPassed) => {
      if (!stop.signal.aborted) onResult(isPassed);
    });
  };
  const timer = setInterval(run, check.intervalSeconds * 1000);
  timer.unref();
  run();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      stop.abort();
    },
  };
}

async function probe(host: string, check: HealthCheck, stop: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const late = AbortSignal.timeout(check.timeoutSeconds * 1000);
  const signal = AbortSignal.any([late, stop]);
  if (check.path === undefined) {
    const socket = connect({ host, port: check.port, signal });
    socket.once('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    const result = await promise;
    socket.destroy();
    return result;
  }
  const headers = { 'user-agent': 'ELB-HealthChecker/1.0', connection: 'close' };
  const request = get({ host, port: check.port, path: check.path, headers, agent: false, signal }, (response) => {
    response.resume();
    // Of HTTP checks only 200 counts, unlike a target group's matcher.
    resolve(response.statusCode === 200);
  });
  request.on('error', () => resolve(false));
  const result = await promise;
  request.destroy();
  return result;
}
