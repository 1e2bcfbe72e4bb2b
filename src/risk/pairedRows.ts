/**
 * Pairs the rows of two lists by a key, the first with the first and the second with the second where several share one: two rows of
 * one name may not hide each other.
 *
 * @returns For each row of `rows` the one of `others` that it was, or will be; undefined: there is none.
 */
export function pairedRows<Row>(
  rows: readonly Row[],
  others: readonly Row[],
  keyOf: (row: Row) => string,
): ReadonlyMap<Row, Row | undefined> {
  const left = new Map<string, Row[]>()
  for (const other of others) left.set(keyOf(other), [...(left.get(keyOf(other)) ?? []), other])
  return new Map(rows.map((row) => [row, left.get(keyOf(row))?.shift()]))
}
