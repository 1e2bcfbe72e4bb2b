/** A time of Hyperliquid, milliseconds: as a number, or as text where ccxt found a number beyond a float; null: none. */
export function timeIn(value: unknown): number | null {
  const time = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return typeof time === 'number' && Number.isSafeInteger(time) && time > 0 ? time : null
}
