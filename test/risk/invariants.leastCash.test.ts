import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { pathsOf } from '../../src/risk/corridor.ts'
import { Decimal, dec, ONE, ZERO } from '../../src/risk/decimal.ts'
import { leastCash } from '../../src/risk/leastCash.ts'
import { rescuePlan } from '../../src/risk/rescue.ts'
import { always } from '../support/always.ts'
import { atRevisions, invariant } from '../support/invariant.ts'
import { between, someLegs } from '../support/rescueBook.ts'
import { atMost, cashOf, distanceOf } from '../support/rescued.ts'
import { withUsd } from '../support/withUsd.ts'

/** Invariant 24 of RISK section 7: how much a wanted room takes. */

const noFee = { conversionCost: ZERO }

describe('24 the least cash', () => {
  always('24 never falls with the wanted room', fc.tuple(someLegs, between(0, 99), between(0, 99)), ([book, a, b]) => {
    const wants = (percent: Decimal) => leastCash({ legs: book, cash: [] }, percent.div(100)).totalUsd
    expect(wants(Decimal.min(a, b)).lte(wants(Decimal.max(a, b)))).toBe(true)
  })

  always('24 for the room that some cash gives is that cash', fc.tuple(someLegs, between(0, 60_000)), ([book, amount]) => {
    const cash = [cashOf(amount)]
    const plan = rescuePlan({ legs: book, cash, ...noFee })
    if (plan.distance === null || plan.distance.eq(1)) return
    const least = leastCash({ legs: book, cash, ...noFee }, ONE.minus(ONE.div(plan.distance)))
    // The loan's part is rounded up to a millionth of a dollar.
    const more = least.totalUsd.minus(amount)
    expect(more.gt('-1e-20') && more.lt('0.000001'), `${more}`).toBe(true)
  })

  always('24 no cash gives the room there is', someLegs, (book) => {
    const none = rescuePlan({ legs: book, cash: [] })
    expect(none.after).toEqual(none.before)
    expect(none.moves).toEqual([])
  })

  always('24 it is enough, placed as told, and a cent less is not', fc.tuple(someLegs, between(1, 80)), ([book, percent]) => {
    const { totalUsd, distance: wanted, perLeg } = leastCash({ legs: book, cash: [] }, percent.div(100))
    const paths = pathsOf(book).filter(({ kind }) => kind !== 'peg')
    const made = book.map((leg) => perLeg.filter((one) => one.leg === leg.id).reduce((now, one) => withUsd(now, one, paths), leg))
    expect(atMost(wanted, distanceOf(made))).toBe(true)
    const planned = (amount: Decimal) => rescuePlan({ legs: book, cash: [cashOf(amount)], ...noFee })
    expect(atMost(wanted, planned(totalUsd).distance)).toBe(true)
    if (totalUsd.lt(1)) return
    const less = planned(totalUsd.minus('0.01')).after?.distance ?? null
    expect(less?.lt(wanted) === true, `${less} for ${wanted}`).toBe(true)
  })

  // Haircuts, rates that hold for the whole position, thresholds cut to basis points: more may be asked than is needed, never less.
  invariant('24 it is enough in books of any kind', {}, ({ legs, amount }) => {
    const book = atRevisions(legs, amount)
    const { distance: wanted, perLeg } = leastCash(
      { legs: book, cash: [] },
      dec(amount % 90)
        .plus(1)
        .div(100),
    )
    const paths = pathsOf(book).filter(({ kind }) => kind !== 'peg')
    const helped = book.filter(({ id }) => perLeg.some((one) => one.leg === id))
    for (const leg of helped) {
      const after = perLeg.filter((one) => one.leg === leg.id).reduce((now, one) => withUsd(now, one, paths), leg)
      expect(atMost(wanted, distanceOf([after])), `${leg.id} at ${wanted}`).toBe(true)
    }
    return helped.length > 0
  })
})
