import { memoryAfter } from '../test/watch/memoryAfter.ts'

const MB = 1024 * 1024
const MOST_GROWN = 2 * MB

/** What a watch holds in memory after 10,000 passes with faults, beside what it held after 1,000. @returns Whether it is no more. */
export async function benchMemory(write: (text: string) => void): Promise<boolean> {
  const held = await memoryAfter([1_000, 2_500, 5_000, 7_500, 10_000])
  for (const { passes, faults, bugs, heapUsed, rss } of held) {
    const figures = `heap ${(heapUsed / MB).toFixed(2)} MB, whole process ${(rss / MB).toFixed(0)} MB`
    write(`${String(passes).padStart(6)} passes, ${faults} faults, ${bugs} bugs: ${figures}\n`)
  }
  const [first, last] = [held[0], held.at(-1)]
  if (first === undefined || last === undefined) return false
  const grown = last.heapUsed - first.heapUsed
  write(`grown by ${(grown / MB).toFixed(2)} MB (at most 2)\n`)
  return grown <= MOST_GROWN && last.bugs === 0
}
