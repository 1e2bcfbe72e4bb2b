/** What moves a price: one factor, and for a wrapped or staked asset a basis multiplied on top. @see RISK 1.1 */
export type FactorRef = { readonly factor: string; readonly basis: string | null }

/** A stablecoin's own factor names its currency first: `USD:USDC`, `EUR:EURC`. */
const STABLE = /^(USD|EUR):/
/** The factor of an asset nobody mapped: its key follows, which may hold a slash of its own. */
const OWN = 'OWN:'

/**
 * Whether a factor belongs to the market or is a peg. Pegs are stablecoins (`USD:USDC`) and bases (`wstETH/ETH`): they are meant
 * to stand still, so they are weighed against narrower limits and left where they are when the market falls.
 * An unmapped asset is a market factor: nothing is known that would hold it up.
 */
export function factorKind(factor: string): 'market' | 'peg' {
  if (factor.startsWith(OWN)) return 'market'
  return STABLE.test(factor) || factor.includes('/') ? 'peg' : 'market'
}

/** The factor of an asset that nobody mapped: itself, never silently ETH or USD. */
export function ownFactor(assetKey: string): FactorRef {
  return { factor: `${OWN}${assetKey}`, basis: null }
}

/**
 * The factor of an asset by its canonical name, which comes from the address book, never from a token's own symbol.
 *
 * @returns null for a name that is not in the table: tokens with an expiry, funds, and whatever is new.
 */
export function factorOfName(name: string): FactorRef | null {
  return TABLE.get(name) ?? null
}

/**
 * The coin itself. WBTC stands with BTC as in RISK's books and is the yardstick of the BTC family: every other wrapper has a
 * basis, so a loop of two wrappers always has a factor that breaks it.
 */
const THE_COIN: Readonly<Record<string, readonly string[]>> = {
  ETH: ['ETH', 'WETH'],
  BTC: ['BTC', 'WBTC'],
  SOL: ['SOL'],
  AVAX: ['AVAX', 'WAVAX'],
  BNB: ['BNB', 'WBNB'],
  POL: ['POL', 'WPOL'],
  S: ['S', 'wS'],
  RON: ['RON', 'WRON'],
  MNT: ['MNT', 'WMNT'],
  OKB: ['OKB', 'WOKB'],
  XPL: ['XPL', 'WXPL'],
  METIS: ['METIS', 'Metis'],
  '1INCH': ['1INCH', 'ONE_INCH'],
  CAKE: ['CAKE', 'Cake'],
  // Gnosis's own coin is a stablecoin.
  'USD:XDAI': ['XDAI', 'WXDAI'],
}

/** Coins under their own name. */
const MARKET = `AAVE AERO ARB AXS BAL CELO COMP CRV DPI ENS FXS GHST GMX GNO KNC LDO LINK MKR MON OP RPL SCR SNX STG SUSHI UNI ZK`

/** Staked, custodial and bridged forms: they move with the coin, times a ratio of their own that can break alone. */
const FORMS_OF: Readonly<Record<string, string>> = {
  ETH: 'stETH wstETH weETH cbETH rETH ezETH rsETH wrsETH osETH ETHx mETH rswETH tETH xETH xBETH WETHe',
  BTC: 'cbBTC tBTC LBTC eBTC FBTC BTCb BTCB kBTC pumpBTC SolvBTC xBTC WBTCe',
  SOL: 'xSOL xOKSOL',
  AVAX: 'sAVAX',
  POL: 'MaticX stMATIC',
  S: 'stS',
  AAVE: 'AAVEe',
  LINK: 'LINKe',
  XAU: 'XAUt XAUt0',
}

/** Each stablecoin is its own peg. */
const USD_STABLE = `USDC USDT DAI USDS GHO FRAX LUSD MAI crvUSD PYUSD RLUSD USDG USDe USDtb FDUSD AUSD mUSD sUSD USDm USDm.celo`

/** Bridged and interest-bearing forms of a stablecoin: they fall with it, and can fall alone. */
const FORMS_OF_USD: Readonly<Record<string, string>> = {
  USDC: 'USDCe USDbC mUSDC syrupUSDC',
  USDT: 'USDT0 mUSDT syrupUSDT',
  DAI: 'DAIe mDAI sDAI',
  USDe: 'sUSDe eUSDe',
  USDS: 'sUSDS',
  FRAX: 'sFRAX',
  cUSD: 'stcUSD',
}

/**
 * One factor for the coin and the currency together, and a peg: as a market factor the euro would fall with "all market factors"
 * and so hide what a crash of the collateral does to a loan in euros.
 */
const EUR_STABLE = `EURC EURS EURe EURA EURm jEUR`

const TABLE: ReadonlyMap<string, FactorRef> = new Map([
  ...Object.entries(THE_COIN).flatMap(([factor, names]) => names.map((name) => entry(name, factor))),
  ...words(MARKET).map((name) => entry(name, name)),
  ...words(USD_STABLE).map((name) => entry(name, `USD:${name}`)),
  ...words(EUR_STABLE).map((name) => entry(name, `EUR:${name}`)),
  ...Object.entries(FORMS_OF).flatMap(([coin, names]) => words(names).map((name) => entry(name, coin, `${name}/${coin}`))),
  ...Object.entries(FORMS_OF_USD).flatMap(([coin, names]) =>
    words(names).map((name) => entry(name, `USD:${coin}`, `${name}/${coin}`)),
  ),
])

function entry(name: string, factor: string, basis: string | null = null): readonly [string, FactorRef] {
  return [name, { factor, basis }]
}

function words(text: string): string[] {
  return text.split(' ')
}
