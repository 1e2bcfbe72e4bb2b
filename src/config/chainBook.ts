import { CHAINS, type KnownChain } from '../lending/chains.ts'
import { operatorOf } from '../lending/operatorOf.ts'
import type { ChainEndpoint, ChainNode } from '../lending/protocol.ts'
import { Secret } from '../secret.ts'
import { type ChainDraft, rpcVariable } from './draft.ts'
import { nodesProblem, urlsOf } from './nodeUrls.ts'
import { holdsKey, isOpenHttp, secretParts } from './rpcUrl.ts'
import { didYouMean, shown, type Tell } from './sentence.ts'
import type { Variables } from './variables.ts'

/** The chains of a book by name: those hullmark knows, as the book file changes them, and the user's own. */
export type ChainBook = {
  /** Where a chain is read; null where that cannot be said, which is told. @param place - Where the chain is named. */
  readonly endpoint: (name: string, place: string) => Promise<ChainEndpoint | null>
  /** URLs of nodes the user named, whole and in parts. */
  readonly secrets: Secret[]
  readonly warnings: string[]
}

type Chain = Omit<KnownChain, 'coin' | 'publicRpcs'> & { readonly publicRpcs: readonly string[]; readonly rpc: ChainDraft['rpc'] }

/** What people call chains elsewhere. */
const ALSO_CALLED: Readonly<Record<string, string>> = {
  eth: 'ethereum',
  mainnet: 'ethereum',
  arb: 'arbitrum',
  'arbitrum-one': 'arbitrum',
  op: 'optimism',
  matic: 'polygon',
  avax: 'avalanche',
  bsc: 'bnb',
  binance: 'bnb',
  xdai: 'gnosis',
}

/** Opens the chains of a book; the node of each is read from its variable when it is asked for. */
export function openChains(drafts: readonly ChainDraft[], variables: Variables, tell: Tell): ChainBook {
  const chains = new Map<string, Chain | null>(CHAINS.map((chain) => [chain.name, { ...chain, rpc: null }]))
  for (const draft of drafts) chains.set(draft.name, chainOf(draft, chains, tell))
  const asked = new Map<string, Promise<ChainEndpoint | null>>()
  const secrets: Secret[] = []
  const warnings: string[] = []
  return {
    endpoint: (name, place) => {
      const chain = chains.get(name)
      if (chain === undefined) {
        tell(place, unknownChain(name, [...chains.keys()]))
        return Promise.resolve(null)
      }
      if (chain === null) return Promise.resolve(null)
      const known = asked.get(name) ?? endpointOf(chain, { variables, secrets, warnings, tell })
      asked.set(name, known)
      return known
    },
    secrets,
    warnings,
  }
}

/** That a chain is not known, what it is called here, and which are. */
export function unknownChain(name: string, names: readonly string[]): string {
  const called = ALSO_CALLED[name]
  const hint = called === undefined ? didYouMean(name, names) : `; did you mean "${called}"?`
  return `unknown chain ${shown(name)}${hint === '' ? '.' : hint} Known are ${names.join(', ')}`
}

/** A chain as the book file has it; null where it does not hold together, which is told. */
function chainOf(draft: ChainDraft, chains: ReadonlyMap<string, Chain | null>, tell: Tell): Chain | null {
  const { name, id, title, rpc, place } = draft
  const wrong = (problem: string): null => {
    tell(place, problem)
    return null
  }
  const known = chains.get(name)
  if (known != null) {
    if (id !== null && id !== known.id)
      return wrong(`chains.${name}: ${known.title} is chain ${known.id}, not ${id}; give a chain of your own another name`)
    return { ...known, title: title ?? known.title, rpc }
  }
  if (!/^[a-z][a-z0-9-]{0,29}$/.test(name))
    return wrong(`chains: ${shown(name)} must be made of small letters, digits and -, 30 at most`)
  const same = [...chains.values()].find((chain) => chain?.id === id)
  if (same) return wrong(`chains.${name}: chain ${id} is called "${same.name}" already`)
  if (id === null) return wrong(`${unknownChain(name, [...chains.keys()])}; a chain of your own needs its id`)
  if (rpc === null)
    return wrong(`chains.${name}: a chain of your own needs rpc, the name of the variable that holds the URL of its node`)
  return { name, id, title: title ?? `${name[0]?.toUpperCase()}${name.slice(1)}`, publicRpcs: [], rpc }
}

type Found = { readonly variables: Variables; readonly secrets: Secret[]; readonly warnings: string[]; readonly tell: Tell }

async function endpointOf(chain: Chain, { variables, secrets, warnings, tell }: Found): Promise<ChainEndpoint | null> {
  const { name, title, id: chainId } = chain
  const variable = chain.rpc?.variable ?? rpcVariable(name)
  const given = await variables.read(variable, (text) => urlsOf(text).some(holdsKey))
  if (given === null) {
    if (chain.rpc !== null || chain.publicRpcs.length === 0) {
      const place = chain.rpc?.place ?? variables.home
      tell(place, `the variable ${variable} is not set; write ${variable}= and the URL of a node of ${title} into .env`)
      return null
    }
    return { name, title, chainId, nodes: chain.publicRpcs.map((url) => nodeOf(url, true)) }
  }
  if (given.text === null) return null
  const urls = urlsOf(given.text)
  const problem = nodesProblem(urls)
  if (problem !== null) {
    tell(given.place, `${variable} ${problem}`)
    return null
  }
  secrets.push(...urls.flatMap(secretParts).map((part) => new Secret(part)))
  if (urls.some(isOpenHttp))
    warnings.push(`${variable} is a plain http address: anybody on the way can read and change what the node answers.`)
  return { name, title, chainId, nodes: urls.map((url) => nodeOf(url, false)) }
}

function nodeOf(url: string, publicDefault: boolean): ChainNode {
  return { rpc: new Secret(url), operator: operatorOf(url), publicDefault }
}
