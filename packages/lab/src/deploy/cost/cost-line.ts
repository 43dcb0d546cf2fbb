/** So many of one kind, at one price. */
export interface CostLine {
  readonly what: string;
  readonly count: number;
  /** USD for one of them, an hour. */
  readonly eachUsd: number;
  readonly hourlyUsd: number;
}

export function costLine(what: string, count: number, eachUsd: number): CostLine {
  return { what, count, eachUsd, hourlyUsd: count * eachUsd };
}
