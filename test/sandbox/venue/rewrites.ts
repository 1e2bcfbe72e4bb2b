import type { Json } from './answers.ts'

type Entry = { readonly [key: string]: Json | undefined }
type Rewrite = (answer: Json) => Json

const isEntry = (value: Json | undefined): value is Entry => typeof value === 'object' && value !== null && !Array.isArray(value)
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** Applies a change to every object of an answer, at any depth, that satisfies `which`. */
function everywhere(which: (entry: Entry) => boolean, change: (entry: Entry) => Json | undefined): Rewrite {
  const visit = (value: Json | undefined): Json | undefined => {
    if (isList(value)) return value.map(visit).filter((item): item is Json => item !== undefined)
    if (!isEntry(value)) return value
    const inside = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, visit(item)]))
    return which(value) ? change(inside) : inside
  }
  return (answer) => visit(answer) ?? null
}

/** Rows of one symbol or asset, or the whole answer's. */
const named = (row: string | undefined) => (entry: Entry) => row === undefined || entry.symbol === row || entry.asset === row

/** Leaves a field out: of the rows of one symbol or asset, or everywhere. */
export const withoutField = (field: string, row?: string): Rewrite =>
  everywhere(
    (entry) => field in entry && named(row)(entry),
    (entry) => Object.fromEntries(Object.entries(entry).filter(([name]) => name !== field)),
  )

/** Puts another value in a field: `withField('liquidationPrice', '0')`, `withField('markPrice', '0', 'ETHUSDT')`. */
export const withField = (field: string, value: Json, row?: string): Rewrite =>
  everywhere(
    (entry) => field in entry && named(row)(entry),
    (entry) => ({ ...entry, [field]: value }),
  )

/** Leaves out all rows of a symbol or asset: unlists it in exchangeInfo, loses its brackets, its position, its balance. */
export const withoutRow = (row: string): Rewrite =>
  everywhere(
    (entry) => entry.symbol === row || entry.asset === row,
    () => undefined,
  )

/** An empty list, whatever the state. */
export const empty: Rewrite = () => []

/** Takes one step out of a symbol's bracket table, so that its neighbours no longer meet. */
export const withHole = (symbol: string, bracket: number): Rewrite =>
  everywhere(
    (entry) => entry.symbol === symbol && isList(entry.brackets),
    (entry) => ({
      ...entry,
      brackets: isList(entry.brackets) ? entry.brackets.filter((step) => !(isEntry(step) && step.bracket === bracket)) : [],
    }),
  )
