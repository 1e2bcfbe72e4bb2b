import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { parseSnapshot, snapshotText } from '../../src/snapshot.ts'
import { always } from '../support/always.ts'
import { aRandomBook } from '../support/randomBook.ts'
import { vectorSnapshot } from '../support/vectorBook.ts'

/** Invariant 22 of RISK section 7 where a book comes from a file: nothing that is missing is made up. */

type Holder = Record<string | number, unknown>

/** Every place in a JSON value that has a name. */
function placesIn(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return inner.flatMap(([key, held]) => [...(typeof key === 'string' ? [[...at, key]] : []), ...placesIn(held, [...at, key])])
}

const holderOf = (value: unknown, place: readonly (string | number)[]): Holder =>
  place.slice(0, -1).reduce<Holder>((held, key) => held[key] as Holder, value as Holder)

describe('22 a book with a field less', () => {
  const dice = fc.array(fc.nat(), { minLength: 6, maxLength: 6 })
  always('22 is refused, whichever it is, and the complaint names the place', fc.tuple(aRandomBook(), dice), ([book, throws]) => {
    const text = snapshotText(vectorSnapshot(book))
    const places = placesIn(JSON.parse(text))
    for (const die of throws) {
      const place = places[die % places.length] as readonly (string | number)[]
      const copy = JSON.parse(text)
      delete holderOf(copy, place)[place.at(-1) as string]
      const refused = expect(() => parseSnapshot(JSON.stringify(copy), 'file'), place.join('.'))
      refused.toThrow('is not a snapshot that can be trusted')
    }
  })

  const QUANTITIES = new Set([
    'size',
    'entry',
    'mark',
    'rate',
    'deduction',
    'supplied',
    'debt',
    'debtRay',
    'amount',
    'ratio',
    'decimals',
  ])
  const RUBBISH = ['NaN', 'Infinity', '', ' ', '1,5', '0x10', '12e', null, -1.5, [], {}]
  always('22 a figure that is none is refused', fc.tuple(aRandomBook(), dice, fc.constantFrom(...RUBBISH)), (given) => {
    const [book, throws, rubbish] = given
    const text = snapshotText(vectorSnapshot(book))
    // What may be null is known to be unknown: it makes a gap, as the properties of whole books say.
    const quantities = placesIn(JSON.parse(text)).filter((place) => QUANTITIES.has(String(place.at(-1))))
    if (quantities.length === 0) return
    for (const die of throws) {
      const place = quantities[die % quantities.length] as readonly (string | number)[]
      const copy = JSON.parse(text)
      holderOf(copy, place)[place.at(-1) as string] = rubbish
      expect(() => parseSnapshot(JSON.stringify(copy), 'file'), `${place.join('.')} = ${String(rubbish)}`).toThrow(
        'is not a snapshot that can be trusted',
      )
    }
  })
})
