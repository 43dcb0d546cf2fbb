/** How long a service may take to get its first container; then it is taken to be scaled to none. */
const graceMs = 15_000;
const nobody = /: no container$/;

/**
 * Whether the lab has once been complete: every service with a container, all of them healthy. From then on the container is as
 * healthy as its process: what services lack later is theirs, and must not keep `up --wait` from mending it.
 */
export class Completeness {
  readonly #troubles: () => readonly string[];
  readonly #startedAtMs: number;
  #wasComplete = false;

  constructor(troubles: () => readonly string[], startedAtMs: number) {
    this.#troubles = troubles;
    this.#startedAtMs = startedAtMs;
  }

  /** What is missing, in words; nothing: complete. */
  troubles(nowMs: number): readonly string[] {
    if (this.#wasComplete) return [];
    const isOver = nowMs - this.#startedAtMs >= graceMs;
    const missing = this.#troubles().filter((trouble) => !isOver || !nobody.test(trouble));
    this.#wasComplete = missing.length === 0;
    return missing;
  }
}
