import { vi } from 'vitest';
import { startTarget, type TestTarget } from './fixture.ts';

/** Browsers with cookies, targets that say who they are, and time that a test decides. */

/** Answers its name; sets the application cookie `session` at `/login`. */
export function named(name: string): Promise<TestTarget> {
  return startTarget((request, response) => {
    if (request.url === '/login') response.setHeader('set-cookie', 'session=abc; Path=/');
    response.end(name);
  });
}

/** Fetches and answers the body and the cookies, as a `Cookie` header. */
export async function visit(url: string, cookie?: string) {
  const response = await fetch(url, cookie === undefined ? {} : { headers: { cookie } });
  const setCookies = response.headers.getSetCookie();
  return {
    body: await response.text(),
    status: response.status,
    setCookies,
    cookie: setCookies.map((value) => value.slice(0, value.indexOf(';'))).join('; '),
  };
}

/** The date stands still until it is told otherwise; timers go on. */
export function startTime(): Disposable & { advance(seconds: number): void } {
  vi.useFakeTimers({ toFake: ['Date'] });
  return {
    advance: (seconds) => void vi.setSystemTime(Date.now() + seconds * 1000),
    [Symbol.dispose]: () => void vi.useRealTimers(),
  };
}
