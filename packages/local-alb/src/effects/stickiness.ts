import type { ForwardAction } from '@switchyard/blueprint';
import { albDecisions } from '../core/decisions.ts';
import type { TargetGroupState } from '../core/target-group-state.ts';
import type { Target } from '../core/target.ts';
import { cookieOf, printAppCookie, printAppCookieRemoval, printCookiePair, setCookieName } from '../wire/cookies.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { ResponseHead } from '../wire/response-head.ts';
import type { Clock } from './clock.ts';
import type { CookieSeal } from './cookie-seal.ts';

const COOKIE_EXPIRES_MS = 7 * 24 * 3600 * 1000;

/** What stickiness cookies say on the way in and out. */
export class Stickiness {
  readonly #seal: CookieSeal;
  readonly #clock: Clock;

  constructor(seal: CookieSeal, clock: Clock) {
    this.#seal = seal;
    this.#clock = clock;
  }

  /** The target group that the client's cookie names; `invalid` when there is a cookie that does not hold. */
  groupOf(action: ForwardAction, head: RequestHead): { readonly name?: string; readonly invalid: boolean } {
    if (action.stickinessDurationSeconds === undefined) return NO_GROUP;
    const lines = head.header('cookie');
    const value = cookieOf(lines, 'AWSALBTGCORS') ?? cookieOf(lines, 'AWSALBTG');
    if (value === undefined) return NO_GROUP;
    const name = this.#seal.open('group', value, Date.now());
    return name === undefined ? { invalid: true } : { name, invalid: false };
  }

  /** The key of the target that the client's cookies name. */
  targetOf(group: TargetGroupState, head: RequestHead): string | undefined {
    const { stickiness } = group.settings;
    if (stickiness === undefined) return undefined;
    const lines = head.header('cookie');
    if (lines.length === 0) return undefined;
    if (stickiness.type === 'app_cookie' && cookieOf(lines, stickiness.cookieName) === undefined) return undefined;
    const value =
      stickiness.type === 'app_cookie'
        ? cookieOf(lines, 'AWSALBAPP-0')
        : (cookieOf(lines, 'AWSALBCORS') ?? cookieOf(lines, 'AWSALB'));
    return value === undefined ? undefined : this.#seal.open(group.arn, value, Date.now());
  }

  /** The `Set-Cookie` lines of a response; every response renews them. */
  setCookieLines(
    choice: { readonly action: ForwardAction; readonly group: TargetGroupState; readonly target: Target },
    listener: { readonly protocol: 'http' | 'https' },
    response: ResponseHead,
    hadValidCookie: boolean,
  ): string {
    const { stickiness } = choice.group.settings;
    const { stickinessDurationSeconds } = choice.action;
    const now = Date.now();
    const expires = this.#clock.httpDate(COOKIE_EXPIRES_MS);
    const secure = listener.protocol === 'https' || albDecisions.corsCookieIsSecureOnPlainHttp;
    let lines = '';
    if (stickinessDurationSeconds !== undefined) {
      const value = this.#seal.seal('group', choice.group.name, now + stickinessDurationSeconds * 1000);
      lines += printCookiePair('AWSALBTG', value, expires, secure);
    }
    if (stickiness === undefined) return lines;
    const value = this.#seal.seal(choice.group.arn, choice.target.key, now + stickiness.durationMs);
    if (stickiness.type === 'lb_cookie') return lines + printCookiePair('AWSALB', value, expires, secure);
    const sets = response.setCookies?.some((cookie) => setCookieName(cookie) === stickiness.cookieName) === true;
    return lines + (sets || hadValidCookie ? printAppCookie(value, expires) : printAppCookieRemoval(expires));
  }
}

const NO_GROUP = { invalid: false } as const;
