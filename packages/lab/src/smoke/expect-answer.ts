import type { Answer } from './ask.ts';
import { Broken, holds } from './promise.ts';

/** @throws Broken unless the answer has the status */
export function expectStatus(answer: Answer, status: number): void {
  holds(answer.status === status, `${answer.status} instead of ${status}: ${excerpt(answer)}`);
}

/** Members are what the answer has of them: nothing is checked. @throws Broken when the body is not JSON */
export function jsonOf<T extends object>(answer: Answer): Partial<T> {
  try {
    return answer.json() as Partial<T>;
  } catch {
    throw new Broken(`${answer.status}, and the body is not JSON: ${excerpt(answer)}`);
  }
}

/** The beginning of a body, in quotes. */
export function excerpt({ text }: Answer): string {
  return JSON.stringify(text.slice(0, 120));
}
