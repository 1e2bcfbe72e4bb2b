import type { Address } from 'viem'
import { readAddress } from '../config/address.ts'
import { exchangeVariables, openingVariables } from '../config/draft.ts'
import { keyProblem } from '../config/keyProblem.ts'
import { EXCHANGES } from '../futures/exchanges.ts'
import { type Asking, askUntil, type Reading } from './askUntil.ts'

/** What opens an account of an exchange: its address, or the parts of a key, each under the variable that holds it. */
export type AccountAnswer =
  | { readonly exchange: string; readonly kind: 'address'; readonly variable: string; readonly address: Address }
  | {
      readonly exchange: string
      readonly kind: 'key'
      readonly parts: readonly { readonly variable: string; readonly text: string }[]
    }

/**
 * Asks for what opens an account; null: the user passed over it, which is said.
 *
 * @throws AnswerError
 */
export async function askAccount(exchange: keyof typeof EXCHANGES, asking: Asking): Promise<AccountAnswer | null> {
  const kind = EXCHANGES[exchange]
  const { err } = asking.world
  const answer = kind.opens === 'address' ? await askAddress(exchange, asking) : await askKey(exchange, asking)
  if (answer === null) err(`${exchange} is left out: nothing there is watched.\n`)
  return answer
}

async function askAddress(exchange: keyof typeof EXCHANGES, asking: Asking): Promise<AccountAnswer | null> {
  const variable = exchangeVariables(exchange).address
  asking.world.err(
    `${EXCHANGES[exchange].title} is read by the address of your account: never a private key, nor an agent wallet's address.\n`,
  )
  const text = `${variable} (0x...) [leave ${exchange} out]`
  const address = await askUntil({ text }, readOptionalAddress, asking)
  return address === null ? null : { exchange, kind: 'address', variable, address }
}

function readOptionalAddress(text: string): Reading<Address | null> {
  if (text === '') return { ok: true, value: null }
  const read = readAddress(text)
  return read.ok ? { ok: true, value: read.address } : { ok: false, problem: `What you wrote ${read.reason}.` }
}

async function askKey(exchange: keyof typeof EXCHANGES, asking: Asking): Promise<AccountAnswer | null> {
  const { title, rightsProvable } = EXCHANGES[exchange]
  const unproven = rightsProvable ? '' : ' This exchange does not tell what a key may do: see to it yourself.'
  asking.world.err(
    `${title}: make a key that can only read, with trading, transfers and withdrawals switched off.${unproven} What you type is not shown.\n`,
  )
  const parts: { variable: string; text: string }[] = []
  for (const variable of openingVariables(exchange, EXCHANGES[exchange])) {
    const first = parts.length === 0
    const text = first ? `${variable} [leave ${exchange} out]` : variable
    const part = await askUntil({ text, hidden: true }, (typed) => readPart(typed, variable, first), asking)
    if (part === '') return null
    parts.push({ variable, text: part })
  }
  return { exchange, kind: 'key', parts }
}

/** Control characters and those that nobody sees: they come with a copy, and no exchange gives them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

function readPart(text: string, variable: string, optional: boolean): Reading<string> {
  if (text === '')
    return optional
      ? { ok: true, value: '' }
      : { ok: false, problem: `${variable} is missing: the key does not work without it.` }
  const problem = keyProblem(text)
  if (problem !== null) return { ok: false, problem: `${variable} ${problem}.` }
  if (UNSEEN.test(text.replaceAll('\n', '')))
    return { ok: false, problem: `${variable} holds a character that can not be seen; copy it again from the exchange.` }
  return { ok: true, value: text }
}
