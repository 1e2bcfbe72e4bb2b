import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { DEMO_SNAPSHOT } from '../../src/commands/demoSnapshot.ts'
import { hullmark } from '../support/hullmark.ts'

/** `whatif`, `rescue` and `assess` on a saved snapshot: exit codes, words, and not a connection. */

const folder = mkdtempSync(join(tmpdir(), 'hullmark-whatif-'))
const connected = vi.spyOn(Socket.prototype, 'connect')
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  expect(connected).not.toHaveBeenCalled()
})

const saved = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}
const WHOLE = saved('whole.json', DEMO_SNAPSHOT)
const GAP = '{"leg":"bybit/main","code":"unreachable","reason":"Bybit is away.","hint":"Wait.","retryable":true}'
const PARTLY = saved('partly.json', DEMO_SNAPSHOT.replace('"gaps":[]', `"gaps":[${GAP}]`))
const run = (...args: string[]) => hullmark(args, { env: {}, cwd: folder })

describe('whatif', () => {
  test('says who is liquidated, and ends with 0', async () => {
    const { code, out, err } = await run('whatif', WHOLE, '--shock', 'ETH=-20%', '--shock', 'USD:USDC=-3%')
    expect(out).toMatch(/^SNAPSHOT of .*, not the present\.\nWHAT IF {2}ETH -20 %, USD:USDC -3 %, from the prices of /)
    expect(out).toContain('\nBinance USDT cross is liquidated.\n')
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  test('as JSON', async () => {
    const { code, out } = await run('whatif', WHOLE, '-s', 'ALL=-5%', '-f', 'json')
    expect(JSON.parse(out)).toMatchObject({ shock: { ALL: '-0.05' }, outcome: { survived: true } })
    expect(code).toBe(0)
  })

  test('with a gap it ends with 3, and nothing survives', async () => {
    const { code, out } = await run('whatif', PARTLY, '-s', 'ETH=-1%')
    expect(out).toContain('Nothing of what is known is liquidated.')
    expect(code).toBe(3)
  })

  test.each([
    [['-s', 'ETH=-20'], /Write a factor and its move, as ETH=-20%/],
    [['-s', 'ETH=-100%'], /cannot fall by 100 % or more/],
    [['-s', 'ETH=-1%', '-s', 'ETH=-2%'], /ETH is named twice/],
    [['-s', 'DOGE=-1%'], /nothing in the book depends on DOGE; it depends on .*BTC, ETH/],
    [['-s', 'eth=-1%'], /nothing in the book depends on eth/],
    [[], /required option '-s, --shock/],
  ])('%j is refused with 2', async (options, reason) => {
    const { code, out, err } = await run('whatif', WHOLE, ...options)
    expect(err).toMatch(reason)
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })

  test('a hostile factor does no harm', async () => {
    const { err } = await run('whatif', WHOLE, '-s', '\u001b[2J=-1%')
    expect(err).not.toContain('\u001b')
  })

  test('a file that is not there is 2', async () => {
    const { code, out, err } = await run('whatif', join(folder, 'none.json'), '-s', 'ETH=-1%')
    expect(err).toMatch(/cannot be read \(ENOENT\)/)
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })
})

describe('rescue', () => {
  test('says what is needed, and ends with 0', async () => {
    const { code, out, err } = await run('rescue', WHOLE, '--target', '30%')
    expect(out).toContain('6,168 USD are needed to survive -30 % and +42.8 % of every market')
    // 6,168 / 0.999 = 6,174.17...
    expect(out).toContain('WITH THE CASH   Swap 6,175 USDC to USDT and add it to the margin')
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  test('as JSON', async () => {
    const { code, out } = await run('rescue', WHOLE, '-t', '10%', '-f', 'json')
    expect(JSON.parse(out)).toMatchObject({ target: { fall: '0.1', totalUsd: '0', perLeg: [], shortUsd: '0' } })
    expect(code).toBe(0)
  })

  test('with a gap it ends with 3', async () => {
    const { code, out } = await run('rescue', PARTLY, '-t', '10%')
    expect(out.replace(/\s+/g, ' ')).toContain(
      'NOTHING NEEDED the book survives -10 % and +11.1 % of every market as it is, of what was read',
    )
    expect(code).toBe(3)
  })

  test.each([
    [['-t', '30'], /Write a fall in percent, as 30%/],
    [['-t', '100%'], /less than 100 %/],
    [['-t', '0%'], /more than 0 %/],
    [[], /--target: say what is to be survived, as 30%; or give --tx/],
  ])('%j is refused with 2', async (options, reason) => {
    const { code, out, err } = await run('rescue', WHOLE, ...options)
    expect(err).toMatch(reason)
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })

  test('a file that is not there is 2', async () => {
    expect((await run('rescue', join(folder, 'none.json'), '-t', '5%')).code).toBe(2)
  })
})

describe('assess', () => {
  test('--fail-on ends with 5 from that grade on', async () => {
    // The demo's book is a warning.
    expect((await run('assess', WHOLE, '--fail-on', 'warning')).code).toBe(5)
    expect((await run('assess', WHOLE, '--fail-on', 'notice')).code).toBe(5)
    expect((await run('assess', WHOLE, '--fail-on', 'critical')).code).toBe(0)
    expect((await run('assess', PARTLY, '--fail-on', 'critical')).code).toBe(3)
    expect((await run('assess', WHOLE, '--fail-on', 'no-risk')).code).toBe(2)
  })

  test('prints the page of the demo, but for its banner and what its owner states', async () => {
    const lines = async (...args: string[]) =>
      (await run(...args)).out.split('\n').filter((line) => /^(LEG|Aave|Binance|SAFE|IF|REPLAY)/.test(line))
    const [own, demo] = [await lines('assess', WHOLE), await lines('demo')]
    expect(own.slice(0, 5)).toEqual(demo.slice(0, 5))
    expect(own.length).toBeGreaterThan(5)
  })
})
