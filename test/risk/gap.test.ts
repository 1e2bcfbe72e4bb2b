import { expect, test } from 'vitest'
import { IncompleteAnswerError, UnreachableError } from '../../src/errors.ts'
import { gapOf } from '../../src/risk/gap.ts'

test('a failure that has a name says its own words', () => {
  expect(gapOf('loan', new UnreachableError('Bybit', 'refused the connection', { hint: 'Run it again.' }))).toEqual({
    ...{ leg: 'loan', code: 'unreachable', reason: 'Bybit refused the connection.', hint: 'Run it again.', retryable: true },
  })
  const incomplete = new IncompleteAnswerError('Aave v3', 'oracle price of LINK')
  expect(gapOf('loan', incomplete)).toMatchObject({
    code: 'incomplete-answer',
    hint: incomplete.hint,
    retryable: incomplete.retryable,
  })
})

test.each([[new TypeError('x is undefined')], ['a text'], [undefined]])('whatever else is ours, and never shown: %s', (error) => {
  expect(gapOf('loan', error)).toEqual({
    leg: 'loan',
    code: 'bug',
    reason: 'loan is unknown because hullmark itself failed: a bug of ours that says nothing about your position.',
    hint: 'Please report it with what stands on stderr.',
    retryable: false,
  })
})
