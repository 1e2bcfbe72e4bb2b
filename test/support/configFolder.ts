import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ExchangeKinds, ProtocolKinds } from '../../src/config/draft.ts'
import type { ChannelKinds } from '../../src/config/watchDraft.ts'
import { type Config, type ConfigSources, loadConfig } from '../../src/config.ts'
import { ConfigError } from '../../src/errors.ts'
import type { Credential, ExchangeAccount } from '../../src/futures/exchange.ts'
import { AAVE_V3_MARKETS } from '../../src/lending/aaveV3Markets.ts'
import type { Market } from '../../src/lending/protocol.ts'

/** What stands in a folder and around it when hullmark starts there. */
export type Folder = {
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Mode of every file. */
  readonly mode?: number
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly sources?: Partial<ConfigSources>
}

/** As the registry gives them; exchanges that nobody has prove that nothing knows Binance by name. */
export const EXCHANGE_KINDS: ExchangeKinds = {
  binance: { opens: 'key', environments: ['demo'] },
  bybit: { opens: 'key', environments: [] },
  threefold: { opens: 'key-and-passphrase', environments: ['demo', 'testnet'] },
  openbook: { opens: 'address', environments: ['testnet'] },
}
/** A market on Gnosis, of a protocol that nobody ships: nothing knows Aave by name. */
const PAWNSHOP: Market = {
  ...{ name: 'gnosis-pawnshop', title: 'Pawnshop Gnosis', protocol: 'pawnshop', chainId: 100 },
  address: '0x00000000000000000000000000000000000000aa',
}
export const PROTOCOL_KINDS: ProtocolKinds = {
  'aave-v3': { title: 'Aave v3', markets: AAVE_V3_MARKETS },
  pawnshop: { title: 'Pawnshop', markets: [PAWNSHOP] },
}
/** A channel that nobody ships: nothing knows Telegram by name. */
export const CHANNEL_KINDS: ChannelKinds = {
  pager: {
    settings: {
      number: { secret: false, required: true, what: 'who is paged' },
      pin: { secret: true, required: true, what: 'what opens the line' },
    },
    read: ({ number }) => (number === '0' ? { problems: ['number 0 is nobody'] } : { options: { number } }),
  },
}

/** A folder on the disk with these files, gone when the test is over. */
export function folderWith(files: Folder['files'] = {}, mode = 0o600): string {
  const cwd = mkdtempSync(join(tmpdir(), 'hullmark-config-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), content, { mode })
  }
  return cwd
}

/** The key of an account that is opened by one. */
export function keyOf(account: ExchangeAccount | undefined): Extract<Credential, { readonly kind: 'key' }> {
  if (account?.credential.kind !== 'key') throw new Error('no account with a key')
  return account.credential
}

export function load({ files, mode, env = {}, sources }: Folder): Promise<Config> {
  const cwd = folderWith(files, mode)
  return loadConfig({ env, cwd, exchanges: EXCHANGE_KINDS, protocols: PROTOCOL_KINDS, channels: CHANNEL_KINDS, ...sources })
}

/** The problems of a configuration that must be refused, each as `place: sentence`. */
export async function problemsOf(folder: Folder): Promise<string[]> {
  const error = await load(folder).then(
    () => expectRefusal(),
    (caught: unknown) => caught,
  )
  if (!(error instanceof ConfigError)) throw error
  return error.problems.map(({ place, problem }) => `${place}: ${problem}`)
}

function expectRefusal(): never {
  throw new ConfigErrorExpected()
}

class ConfigErrorExpected extends Error {
  override readonly name = 'ConfigErrorExpected'
}
