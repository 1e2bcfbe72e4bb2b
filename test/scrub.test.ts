import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { scrubber } from '../src/scrub.ts'
import { Secret } from '../src/secret.ts'

describe('Secret', () => {
  const secret = new Secret('k3y"with\\odd/chars')
  test('shows itself to nobody', () => {
    const shown = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 9, showHidden: true }),
      Object.values(secret).join(),
    ]
    expect(shown.join()).not.toContain('k3y')
    expect(secret.reveal()).toBe('k3y"with\\odd/chars')
  })
})

describe('scrubber', () => {
  const value = 'S3cret/Value+With=Signs"'
  const { hide, scrub } = scrubber()
  hide([new Secret(value)])
  const forms = [
    value,
    encodeURIComponent(value),
    JSON.stringify(value),
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('base64url'),
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('hex').toUpperCase(),
  ]
  for (const form of forms) test(`finds ${form.slice(0, 30)}`, () => expect(scrub(`before ${form} after`)).not.toContain(form))

  test('leaves the rest alone', () => expect(scrub('first liquidation at -19.6 %')).toBe('first liquidation at -19.6 %'))

  test('the whole goes before its part', () => {
    const both = scrubber()
    both.hide([new Secret('topsecret'), new Secret('https://node/topsecret/v1')])
    expect(both.scrub('see https://node/topsecret/v1')).toBe('see [secret]')
  })
})
