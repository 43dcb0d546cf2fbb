const LINES_MAX = 200;
const TASKS_MAX = 200;

/** The last log lines of each task, of the last {@link TASKS_MAX} tasks. */
export class TaskLogs {
  readonly #lines = new Map<string, string[]>();

  add(taskId: string, line: string): void {
    const lines = this.#lines.get(taskId) ?? [];
    lines.push(line);
    if (lines.length > LINES_MAX) lines.shift();
    this.#lines.set(taskId, lines);
    const [oldest] = this.#lines.keys();
    if (this.#lines.size > TASKS_MAX && oldest !== undefined) this.#lines.delete(oldest);
  }

  of(taskId: string): readonly string[] {
    return this.#lines.get(taskId) ?? [];
  }
}
