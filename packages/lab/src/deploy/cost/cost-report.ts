import type { Colors } from '../../context.ts';
import { tableOf } from '../../report/table.ts';
import type { Cost } from './hourly-cost.ts';
import type { Prices } from './prices.ts';

/** The price as text: a line per kind, the sum, what costs by use and what is not counted. */
export function costReport(cost: Cost, prices: Prices, region: string, colors: Colors): string[] {
  const rows = cost.lines.map(({ what, count, eachUsd, hourlyUsd }) => [
    `  ${what}`,
    `${round(count)} ×`,
    eachUsd.toFixed(5),
    hourlyUsd.toFixed(4),
  ]);
  const elsewhere = region === prices.region ? '' : `; ${region} may differ by a third`;
  return [
    ...tableOf(rows, (cell, column) => (column === 2 ? colors.dim(cell) : cell)),
    colors.bold(
      `  ${cost.hourlyUsd.toFixed(2)} USD an hour, ${cost.monthlyUsd.toFixed(0)} USD a month, while it stands idle`,
    ),
    ...(cost.insights === undefined
      ? []
      : [
          colors.yellow(
            `  on top, by estimate: Container Insights, some ${cost.insights.metrics} metrics or ${cost.insights.monthlyUsd.toFixed(0)} USD a month, as long as tasks run`,
          ),
        ]),
    colors.dim(
      `  prices of ${prices.date} in ${prices.region}${elsewhere}, without tax or free tier; by use, besides:`,
    ),
    ...cost.usage.map((note) => colors.dim(`    ${note}`)),
    ...cost.notCounted.map((what) => colors.yellow(`  not counted: ${what}`)),
  ];
}

function round(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toFixed(2);
}
