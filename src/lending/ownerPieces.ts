import { type Address, decodeFunctionResult, encodeFunctionData, type Hex } from 'viem'
import { ownersLensAbi, ownersLensCode } from '../../abis/lens/owners.ts'
import { IncompleteAnswerError, type TrackerError, UnsupportedError } from '../errors.ts'
import { gapOf } from '../risk/gap.ts'
import { shortAddress } from './plainSymbol.ts'
import type { LensPiece, Market, OwnedAccount, Reading, WalletKind } from './protocol.ts'
import { readMarkets } from './readMarkets.ts'

/** What a wallet is of which nothing more is known. */
export const CONTRACT = 'a contract'

const NONE = { positions: [], cash: [], gaps: [], notes: [] } as const

/** The DSProxies that wallets own, as a registry and the proxy itself say. */
const dsProxies = registryPiece('proxies', 'DSProxy')

/** The Instadapp accounts that obey wallets. */
const instadapp = registryPiece('listed', 'Instadapp account')

/** What the wallets themselves are. */
const walletKinds: LensPiece = {
  lens: ownersLensCode,
  ask: (markets, wallets) =>
    markets.map(() => encodeFunctionData({ abi: ownersLensAbi, functionName: 'kinds', args: [wallets] })),
  read: (markets, wallets, answers) =>
    readMarkets(markets, answers, (_, bytes) => {
      const kinds = kindsIn(bytes)
      if (kinds?.length !== wallets.length) return null
      return { ...NONE, kinds: kinds.flatMap((kind, i) => kindOf(wallets[i] as Address, kind)) }
    }),
}

/** What the lens is asked beside the markets, by the name that stands as protocol. */
export const ownerPieces = { 'ds-proxy': dsProxies, instadapp, 'wallet-kinds': walletKinds } as const

function registryPiece(functionName: 'proxies' | 'listed', title: OwnedAccount['title']): LensPiece {
  return {
    lens: ownersLensCode,
    ask: (markets, wallets) =>
      markets.map(({ address }) => encodeFunctionData({ abi: ownersLensAbi, functionName, args: [address, wallets] })),
    read: (markets, wallets, answers) =>
      readMarkets(markets, answers, (market, bytes) => {
        const lists = listsIn(bytes, functionName)
        return lists?.length === wallets.length ? readLists(lists, wallets, { market, title }) : null
      }),
  }
}

type Lists = readonly { ok: boolean; member: boolean; listed: bigint; accounts: readonly Address[] }[]

function readLists(
  lists: Lists,
  wallets: readonly Address[],
  { market, title }: { readonly market: Market; readonly title: OwnedAccount['title'] },
): Reading {
  const all = lists.map((list, i) => ({ ...list, owner: wallets[i] as Address }))
  const told = all.filter(({ ok }) => ok)
  const owned = told.flatMap(({ owner, accounts }) =>
    accounts.map((account): OwnedAccount => ({ account, owner, title, agreed: true })),
  )
  const kinds = told.filter(({ member }) => member).map(({ owner }): WalletKind => ({ wallet: owner, title: `an ${title}` }))
  const gaps = faultsOf(market, all).map((fault) => gapOf(market.title, fault))
  return { ...NONE, gaps, owned, kinds }
}

function faultsOf({ title }: Market, all: readonly (Lists[number] & { readonly owner: Address })[]): readonly TrackerError[] {
  const unread = all.filter(({ ok }) => !ok).map(({ owner }) => shortAddress(owner))
  const cut = all.filter(({ ok, listed, accounts }) => ok && listed > BigInt(accounts.length))
  return [
    ...(unread.length === 0
      ? []
      : [new IncompleteAnswerError(title, 'accounts', { what: `did not tell which accounts are those of ${inWords(unread)}` })]),
    ...cut.map(
      ({ owner, listed, accounts }) =>
        new UnsupportedError(
          title,
          `names ${listed} accounts of ${shortAddress(owner)}, and only the oldest ${accounts.length} are looked at`,
          'Anybody can open an account for you there. Name those that are yours as wallets in a book file, and only they are read.',
        ),
    ),
  ]
}

function inWords(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}

type Kind = { readonly kind: bigint; readonly owners: bigint; readonly threshold: bigint; readonly owner: Address }

function kindOf(wallet: Address, { kind, owners, threshold, owner }: Kind): readonly WalletKind[] {
  if (kind === 0n) return []
  if (kind === 2n)
    return [{ wallet, title: `a Safe of ${owners === 1n ? '1 owner' : `${owners} owners, ${threshold} of whom sign`}` }]
  return [{ wallet, title: kind === 3n ? `a DSProxy of ${shortAddress(owner)}` : CONTRACT }]
}

function kindsIn(data: Hex): readonly Kind[] | null {
  try {
    return decodeFunctionResult({ abi: ownersLensAbi, functionName: 'kinds', data })
  } catch {
    return null
  }
}

function listsIn(data: Hex, functionName: 'proxies' | 'listed'): Lists | null {
  try {
    return decodeFunctionResult({ abi: ownersLensAbi, functionName, data })
  } catch {
    return null
  }
}
