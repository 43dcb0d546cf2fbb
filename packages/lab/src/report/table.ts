/** Columns padded to their widest cell, two spaces apart; the last column is left ragged. */
export function tableOf(
  rows: readonly (readonly string[])[],
  paint: (cell: string, column: number, row: number) => string = (cell) => cell,
): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  return rows.map((row, rowIndex) =>
    row
      .map((cell, column) => {
        const padding = column === row.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - cell.length);
        return paint(cell, column, rowIndex) + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}
