import { expect, test } from 'vitest'
import { toJson } from '../../src/report/json.ts'
import { nextReportRows } from '../../src/report/nextReportLines.ts'
import { reportSchema } from '../../src/report/schema.ts'
import { type Findings, findingsOf } from '../../src/risk/findings.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { aComet, aLoan, NOW, USDC } from '../support/books.ts'
import { FUNDED_POOL, RATED_LOAN, reportSnapshot, STATED } from '../support/reportBook.ts'

const DAY = 86_400_000
const found = (nextReport: number | null, ...legs: readonly Leg[]): Findings =>
  findingsOf(reportSnapshot(legs.length === 0 ? {} : { legs }), { policy: DEFAULT_POLICY, means: STATED, nextReport })
const said = (nextReport: number | null, ...legs: readonly Leg[]): string | null => {
  const rows = nextReportRows(found(nextReport, ...legs))
  expect(rows.length).toBeLessThan(2)
  return rows[0]?.text ?? null
}

test('the health of then, where the digits show it', () => {
  // 1.7698909 x e^(-0.0519 x 66,008 / 31,536,000) = 1.7696987; 08:00 is 18 h 20 min after 13:40, the block 8 s before
  expect(said(NOW + 66_000_000)).toBe('23 Nov 2026 08:00 UTC: HF 1.7696; by interest alone')
  // In a minute nothing is seen of it.
  expect(said(NOW + 60_000)).toBeNull()
  expect(said(null)).toBeNull()
})

test('a grade that is crossed is named, also where the digits stay', () => {
  const thin = {
    ...RATED_LOAN,
    reserves: RATED_LOAN.reserves.map((one) => (one.asset === USDC ? { ...one, debt: 38_937n * 10n ** 6n } : one)),
    reported: { ...RATED_LOAN.reported, totalDebt: 38_937n * 10n ** 8n, healthFactor: 1_000_015_409_507_666_230n },
  }
  expect(said(NOW + DAY, thin, FUNDED_POOL)).toBe('23 Nov 2026 13:40 UTC: HF 0.9998, then liquidatable; by interest alone')
})

test('several loans are named; one whose rates were not read is not among them', () => {
  const rates = { utilization: 0n, supply: 0n, borrow: 2n * 10n ** 9n, curve: null }
  expect(said(NOW + DAY, RATED_LOAN, aComet({ rates }))).toBe(
    '23 Nov 2026 13:40 UTC: Aave v3 Ethereum HF 1.7696; Compound III Ethereum USDC HF 1.1907; by interest alone',
  )
  expect(said(NOW + DAY, RATED_LOAN, aComet())).toBe('23 Nov 2026 13:40 UTC: Aave v3 Ethereum HF 1.7696; by interest alone')
})

test('the JSON report has it under a key of its own, beside the next block', () => {
  const json = toJson(found(NOW + DAY))
  expect(reportSchema.safeParse(json).error?.issues).toBeUndefined()
  const { projection } = json.legs[0] ?? expect.unreachable()
  expect(projection).toMatchObject({
    seconds: 12,
    nextReport: { at: '2026-11-23T13:40:00.000Z', seconds: 86_408, tripped: false },
  })
  expect(projection?.nextReport?.health?.startsWith('1.76963')).toBe(true)
  expect(projection?.nextReport?.grade).toBe(json.legs[0]?.grade)
  expect(toJson(found(null)).legs[0]?.projection).toMatchObject({ seconds: 12, nextReport: null })
  const idle = aLoan({ reserves: aLoan().reserves.filter(({ debt }) => debt === 0n) })
  expect(toJson(found(NOW + DAY, idle)).legs[0]?.projection?.nextReport).toBeNull()
})
