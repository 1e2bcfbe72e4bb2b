import { expect, test } from 'vitest'
import { wrap } from '../../src/report/layout.ts'

test('a line is broken at a space, and never between a figure and its per cent', () => {
  expect(wrap('it climbs to 97.4 % then', '', 17)).toEqual(['it climbs to', '97.4 % then'])
  expect(wrap('it climbs to 97.4 % then', '', 19)).toEqual(['it climbs to 97.4 %', 'then'])
})

test('what is longer than a line is cut, whatever it is made of', () => {
  for (const text of ['x'.repeat(50), '% '.repeat(50), `1${' %'.repeat(50)}`])
    for (const line of wrap(text, '', 20)) expect(line.length).toBeLessThanOrEqual(20)
})
