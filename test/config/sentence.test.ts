import { describe, expect, test } from 'vitest'
import { didYouMean, nearest, shown } from '../../src/config/sentence.ts'

describe('nearest', () => {
  test.each([
    ['walet', 'wallet'],
    ['wlalet', 'wallet'],
    ['WALLET', 'wallet'],
    ['chian', 'chain'],
    ['kay', 'key'],
  ])('%s was meant to be %s', (word, meant) => {
    expect(nearest(word, ['chain', 'wallet', 'markets', 'key'])).toBe(meant)
  })

  test('far words, and short words two edits away, have none', () => {
    expect(nearest('solana', ['ethereum', 'sonic'])).toBeNull()
    expect(nearest('abc', ['key'])).toBeNull()
    expect(didYouMean('solana', ['ethereum'])).toBe('')
  })
})

test('a text is shown only where it cannot be a key, and without what steers a terminal', () => {
  expect(shown('etherum')).toBe('"etherum"')
  expect(shown('0xd8dA6BF26964aF9D7eEd9e03E53415D37aA9604')).toContain('0xd8dA')
  expect(shown('k3yk3yk3yk3yk3yk3yk3yk3y')).toBe('a text of 24 characters')
  expect(shown('\u001b[31mred')).toBe('"?[31mred"')
})
