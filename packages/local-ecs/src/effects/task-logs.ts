const LINES_MAX = 200;
const LENGTH_MAX = 64 * 1024;
const TASKS_MAX = 100;

interface Tail {
  readonly lines: string[];
  /** Characters in all lines. */
  length: number;
}

/** The last log lines of each of the last tasks: a limited number of lines, of characters and of tasks. */
export class TaskLogs {
  readonly #tails = new Map<string, Tail>();

  add(taskId: string, line: string): void {
    const tail = this.#tails.get(taskId) ?? { lines: [], length: 0 };
    this.#tails.set(taskId, tail);
    tail.lines.push(line);
    tail.length += line.length;
    while (tail.lines.length > LINES_MAX || (tail.length > LENGTH_MAX && tail.lines.length > 1)) {
      tail.length -= tail.lines.shift()?.length ?? 0;
    }
    const [oldest] = this.#tails.keys();
    if (this.#tails.size > TASKS_MAX && oldest !== undefined) this.#tails.delete(oldest);
  }

  of(taskId: string): readonly string[] {
    return this.#tails.get(taskId)?.lines ?? [];
  }
}
