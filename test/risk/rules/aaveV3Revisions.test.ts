import { expect, test } from 'vitest'
import { UnsupportedError } from '../../../src/errors.ts'
import { KNOWN_REVISIONS, roundingOf } from '../../../src/risk/rules/aaveV3Revisions.ts'

test('each revision has the arithmetic of its release', () => {
  const told = [...KNOWN_REVISIONS].map(([revision, { release, floorsAverageThreshold, debt, countsZeroThreshold }]) =>
    [revision, release, floorsAverageThreshold ? 'cut' : 'exact', debt, countsZeroThreshold ? 'counts' : 'leaves'].join(' '),
  )
  expect(told).toEqual([
    '1 3.0 cut down leaves',
    '2 3.0.2 cut down leaves',
    '3 3.0.2, stable rate patch cut down leaves',
    '4 3.1 cut down leaves',
    '5 3.2.0 cut down leaves',
    '6 3.2.1 cut down leaves',
    '7 3.3 cut down leaves',
    '8 3.4 cut down leaves',
    '9 3.5 exact up leaves',
    '10 3.6 exact up counts',
    '11 3.7 exact up counts',
  ])
  expect(roundingOf(5)).toBe(KNOWN_REVISIONS.get(5))
})

test('one whose source was not read is refused, by the name of the market', () => {
  expect(() => roundingOf(12)).toThrow(UnsupportedError)
  expect(() => roundingOf(12)).toThrow(/Aave v3\b.*runs pool revision 12, whose rounding is not known/)
  expect(() => roundingOf(0, 'Aave v3 Base')).toThrow(/Aave v3 Base.*runs pool revision 0,/)
})
