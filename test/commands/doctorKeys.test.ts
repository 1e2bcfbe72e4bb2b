import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openMexc } from '../sandbox/venues/mexc.ts'
import { openWeex } from '../sandbox/venues/weex.ts'
import { hullmark } from '../support/hullmark.ts'

/** What `doctor` says of keys: each line is something the venue told, and what it does not tell is never said the calm way. */

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hullmark-doctor-'))
})
afterEach(() => rm(root, { recursive: true, force: true, maxRetries: 5 }))

async function linesOf(account: string, env: Readonly<Record<string, string>>) {
  const book = join(root, 'hullmark.yaml')
  writeFileSync(book, `name: keys\naccounts:\n  - ${account}\n`, { mode: 0o600 })
  const places = { HULLMARK_CACHE_DIR: join(root, 'cache'), HULLMARK_DATA_DIR: join(root, 'data') }
  const { code, out } = await hullmark(['doctor'], { env: { HULLMARK_BOOK: book, ...places, ...env }, cwd: root })
  return { code, keys: out.split('\n').filter((line) => / the key|may do/.test(line)) }
}

test('a venue that tells nothing of a key: no word on what it can do', async () => {
  const venue = await openWeex()
  const { apiKey, apiSecret, passphrase } = venue.key
  const account = `{ exchange: weex, name: main, key: K, secret: S, passphrase: P, endpoint: "${venue.url}" }`
  const { code, keys } = await linesOf(account, { K: apiKey, S: apiSecret, P: passphrase })
  await venue.stop()
  expect(code).toBe(0)
  expect(keys).toEqual([
    'ok    weex/main: what the key may do is not provable',
    'ok    weex/main: WEEX does not tell what a key may do: make it of the kind "Readonly", bound to IP addresses',
  ])
})

test.each([
  [90, 'ok  '],
  [9, 'FAIL'],
])('a key that ends in %i days', async (days, how) => {
  const venue = await openMexc({})
  Object.assign(venue.key, { remainingValidity: days })
  const { apiKey, apiSecret } = venue.key
  const account = `{ exchange: mexc, name: main, key: K, secret: S, endpoint: "${venue.url}" }`
  const { code, keys } = await linesOf(account, { K: apiKey, S: apiSecret })
  await venue.stop()
  expect(code).toBe(how === 'FAIL' ? 3 : 0)
  // To the day: the venue tells whole days.
  expect(keys.filter((line) => line.includes('ends in')).map((line) => line.replace(/\d+/, 'N'))[0]).toMatch(
    new RegExp(`^${how}  mexc/main: the key ends in N days`),
  )
})
