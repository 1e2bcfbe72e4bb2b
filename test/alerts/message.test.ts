import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import type { Gap } from '../../src/risk/leg.ts'
import { withoutAddresses } from '../../src/watch/withoutAddresses.ts'
import { NOW } from '../support/books.ts'
import { reportFindings } from '../support/reportBook.ts'
import { aCondition, HOUR, MINUTE, messageOf, Watch } from './watching.ts'

const FAR = aCondition('warning', { what: 'futures 19.6 % from liquidation', figure: dec('-0.19678') })
const { view, outlook } = reportFindings()
const lines = { view, target: outlook.target }
const titleOf = (watch: Watch) => messageOf(watch.due()[0], { now: watch.now }).title

describe('titles', () => {
  test('what it was, when it was another level before', () => {
    // 21.0 % was the figure as the notice began, which nobody was told.
    const notice = aCondition('notice', { figure: dec('-0.2109') })
    const watch = new Watch().sees([notice]).sees([notice])
    watch
      .wait(6 * HOUR)
      .sees([aCondition('warning')])
      .sees([aCondition('warning')])
    expect(titleOf(watch)).toBe('WARNING futures 14.8 % from liquidation (was 21.0 %, 6 h ago)')
    watch.tells()
    watch.wait(90 * MINUTE).sees([aCondition('critical', { what: 'futures 9.9 % from liquidation', figure: dec('-0.0999') })])
    expect(titleOf(watch)).toBe('CRITICAL futures 9.9 % from liquidation (was 14.8 %, 90 min ago)')
  })

  test('again, better, over', () => {
    const watch = new Watch().sees([aCondition('critical')])
    watch.tells()
    watch.wait(30 * MINUTE).sees([aCondition('critical')])
    expect(titleOf(watch)).toBe('CRITICAL still, for 30 min: futures 14.8 % from liquidation')
    watch.tells()
    watch.sees([FAR]).sees([FAR])
    expect(titleOf(watch)).toBe('WARNING, no longer CRITICAL: futures 19.6 % from liquidation')
    watch.tells()
    watch.wait(HOUR).sees([]).sees([])
    expect(titleOf(watch)).toBe('RESOLVED after 90 min, was: futures 19.6 % from liquidation')
  })
})

describe('lines', () => {
  const [raised] = new Watch().sees([FAR]).sees([FAR]).due()

  test("REPORT's page, four lines in all", () => {
    const { title, text, again, book, kind, at } = messageOf(raised, lines)
    expect({ title, again, book, kind, at }).toEqual({
      ...{ title: 'WARNING futures 19.6 % from liquidation', again: false, book: 'main', kind: 'alert', at: NOW },
    })
    // 0.2 of 60,000 is 12,000, and 0.4 % of 48,000 is 192 of maintenance: 192 more than there is.
    expect(text.split('\n')).toEqual([
      'ETH 3,000.00 -> dies at 2,409.64 (-19.6 %).',
      'Cheapest fix: 192 USD of USDT added to the margin of the futures account -> room -20.0 %.',
      'The futures account dies first. The loan would hold to -43.4 %. Data 8 s old.',
    ])
  })

  test('the age is of now, not of the pass', () => {
    expect(messageOf(raised, { ...lines, now: NOW + 52_000 }).text).toContain('Data 60 s old.')
  })

  test('without amounts', () => {
    const { text, json } = messageOf(raised, { ...lines, detail: { amounts: false, addresses: true } })
    expect(text.split('\n')[1]).toBe('Cheapest fix: USDT added to the margin of the futures account -> room -20.0 %.')
    for (const amount of ['192', '12,000', '22,000', '12000', '22000']) expect(`${text}${json}`).not.toContain(amount)
  })

  test('without addresses', () => {
    const wallet = '0x90f79bf6eb2c4f870365e785982e1f101e93b906'
    const gap = aCondition('critical', {
      rule: 'gap',
      subject: `aave-v3/ethereum/${wallet}`,
      what: `not read: aave-v3/ethereum/${wallet}`,
    })
    const [due] = new Watch().sees([gap]).due()
    const told = (aliases: Map<string, string>) =>
      messageOf(due, { detail: { amounts: true, addresses: false }, withoutAddresses: (text) => withoutAddresses(text, aliases) })
    expect(told(new Map()).title).toBe('CRITICAL not read: aave-v3/ethereum/wallet 1')
    expect(told(new Map([[wallet, 'savings "1"']])).title).toBe('CRITICAL not read: aave-v3/ethereum/savings "1"')
    for (const one of [told(new Map()), told(new Map([[wallet, 'savings "1"']]))]) {
      expect(JSON.stringify(one)).not.toContain('90f7')
      expect(JSON.parse(one.json ?? '')).toMatchObject({
        kind: 'alert',
        alerts: [{ rule: 'gap', level: 'critical', why: 'raised' }],
      })
    }
  })

  test('what is not known is said', () => {
    const gap: Gap = { leg: 'bybit/main', code: 'unreachable', reason: 'no answer', hint: '', retryable: true }
    const blind = reportFindings({ gaps: [gap] })
    const { text } = messageOf(raised, { view: blind.view, target: null })
    expect(text.split('\n')[0]).toBe(
      'Now warning: first liquidation at -19.6 % (ETH 2,409.64) at the latest; not read: bybit/main.',
    )
    expect(messageOf(raised).text).toBe('How the book stands now is not known yet.')
  })

  test('a digest says how things stand, a line each', () => {
    const many = Array.from({ length: 32 }, (_, i) => aCondition('warning', { rule: 'gap', subject: `g${i}`, what: `gap ${i}` }))
    const watch = new Watch().sees([...many, aCondition('critical')]).sees([...many, aCondition('critical')])
    const { title, text, kind } = messageOf(watch.due()[0], { now: watch.now })
    expect(kind).toBe('digest')
    expect(title).toBe('CRITICAL 33 alerts stand; the worst: futures 14.8 % from liquidation')
    expect(text.split('\n')).toHaveLength(31)
    expect(text.split('\n').at(-1)).toBe('and 3 more')
    watch.tells()
    watch.sees([]).sees([])
    expect(messageOf(watch.due()[0]).title).toBe('RESOLVED: all 33 alerts are over')
  })

  test('that better news are held back is the fourth line', () => {
    const watch = new Watch({ changesPerHour: 2 }).sees([FAR]).sees([FAR])
    const { text } = messageOf(watch.due()[0], lines)
    expect(text.split('\n')).toHaveLength(3)
    expect(text.split('\n').at(-1)).toBe(
      'Changed too often: what becomes better is told from 22 Nov 2026 14:40 UTC, what becomes worse at once.',
    )
  })
})
