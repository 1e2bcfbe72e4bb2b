import { TrackerError, UnsupportedError } from '../../errors.ts'
import { ONE } from '../../risk/decimal.ts'
import { gapOf } from '../../risk/gap.ts'
import type { Cash, Gap } from '../../risk/leg.ts'
import type { Reader } from '../ccxtReader.ts'
import { orFault } from '../orFault.ts'
import { decimalField, decimalOrNull, named, type Row, rowsOf, textField } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { BINGX, dataOf, listIn, listOf, ONCE } from './answers.ts'
import { assetOf, type Markets } from './markets.ts'

/** What an account holds beside its linear futures. */
export type Elsewhere = { readonly cash: readonly Cash[]; readonly gaps: readonly Gap[]; readonly notes: readonly string[] }

/** Products of which BingX tells too little to reckon with: what is held there is said, and is unknown. */
export async function readElsewhere(reader: Reader, name: string, listed: Promise<Markets>): Promise<Elsewhere> {
  const [coins, standard, spot, sums, markets] = await Promise.all([
    orFault(readCoinMargined(reader)),
    orFault(readStandard(reader)),
    orFault(readSpot(reader)),
    orFault(readSums(reader)),
    listed,
  ])
  const gap = (leg: string, error: TrackerError): Gap => gapOf(`bingx/${name}/${leg}`, error)
  return {
    cash: [
      ...cashOf(coins instanceof TrackerError ? [] : coins.idle, `bingx/${name} coin-m`, markets),
      ...cashOf(spot instanceof TrackerError ? [] : spot, `bingx/${name} spot`, markets),
    ],
    gaps: [
      ...(coins instanceof TrackerError
        ? [gap('coin-m', coins)]
        : coins.held.map((coin) => gap(`coin-m-${coin}`, noTable(coin)))),
      ...(standard instanceof TrackerError
        ? [gap('standard-futures', standard)]
        : standard
          ? [gap('standard-futures', NO_RULES)]
          : []),
    ],
    notes: [
      ...(spot instanceof TrackerError ? [`the spot wallet was not read: ${spot.message}`] : []),
      ...(sums instanceof TrackerError ? [`copy trading and grids were not looked for: ${sums.message}`] : sums),
    ],
  }
}

const noTable = (coin: string): UnsupportedError =>
  new UnsupportedError(BINGX, `holds ${coin} margined positions, for which it publishes no maintenance table`)

const NO_RULES = new UnsupportedError(
  BINGX,
  'holds standard futures, of which it tells neither marks nor the factors that decide a liquidation',
)

type Idle = { readonly coin: string; readonly row: Row; readonly field: string }

/** Coins with positions, and what lies idle beside them. @see https://bingx-api.github.io/docs-v3/ "Coin-M Futures" */
async function readCoinMargined(reader: Reader): Promise<{ readonly held: readonly string[]; readonly idle: readonly Idle[] }> {
  const [positions, balance] = await Promise.all([
    reader.ask('cswapV1PrivateGetUserPositions', {}, ONCE),
    reader.ask('cswapV1PrivateGetUserBalance', {}, ONCE),
  ])
  const open = listOf('Coin-M positions', positions).filter((row) => decimalOrNull(row, 'positionAmt')?.isZero() !== true)
  const balances = listOf('Coin-M balance', balance).filter(({ fields }) => fields.asset !== '')
  // What holds margin has positions, whether they are listed or not.
  const margined = balances.filter((row) => decimalField(row, 'usedMargin').gt(0)).map((row) => textField(row, 'asset'))
  const held = new Set([...open.map((row) => textField(row, 'symbol').replace(/-.*/, '')), ...margined])
  return {
    held: [...held],
    idle: balances
      .map((row) => ({ coin: textField(row, 'asset'), row: named(row, 'Coin-M balance'), field: 'availableMargin' }))
      .filter(({ coin }) => !held.has(coin)),
  }
}

/**
 * Whether there are positions in standard futures. The list of them was seen to be empty while there were some, so the balance is
 * looked at, too: what is idle is available as a whole.
 */
async function readStandard(reader: Reader): Promise<boolean> {
  const [positions, balance] = await Promise.all([
    reader.ask('contractV1PrivateGetAllPosition', {}, ONCE),
    reader.ask('contractV1PrivateGetBalance', {}, ONCE),
  ])
  const listed = listOf('allPosition', positions).some((row) => decimalOrNull(row, 'positionAmt')?.isZero() !== true)
  const bound = listOf('balance of standard futures', balance)
    // Play money that stands there on the live host as well.
    .filter((row) => textField(row, 'asset') !== 'VST')
    .some((row) => {
      const [money, cross, free, profit] = ['balance', 'crossWalletBalance', 'availableBalance', 'crossUnPnl'].map((field) =>
        decimalField(row, field),
      ) as [Money, Money, Money, Money]
      return !money.eq(free) || !money.eq(cross) || !profit.isZero()
    })
  return listed || bound
}

type Money = ReturnType<typeof decimalField>

async function readSpot(reader: Reader): Promise<readonly Idle[]> {
  const rows = listIn('spot balance', await reader.ask('spotV1PrivateGetAccountBalance', {}, ONCE), 'balances')
  return rows.map((row) => ({ coin: textField(row, 'asset'), row, field: 'free' }))
}

/** What people call the account types whose positions no key of the owner sees. */
const HIDDEN: Readonly<Record<string, string>> = { copyTrading: 'copy trading', grid: 'grid trading' }

/** Sentences on money in products that are not read. @see https://bingx-api.github.io/docs-v3/ "Asset overview" */
async function readSums(reader: Reader): Promise<readonly string[]> {
  const data = dataOf('allAccountBalance', await reader.ask('accountV1PrivateGetAllAccountBalance', {}, ONCE))
  const list = Array.isArray(data) ? data : (data as { readonly result?: unknown } | null)?.result
  return rowsOf(BINGX, 'allAccountBalance', list).flatMap((row) => {
    const type = textField(row, 'accountType')
    const worth = decimalOrNull(row, 'usdtBalance')
    const what = Object.hasOwn(HIDDEN, type) ? HIDDEN[type] : undefined
    return what === undefined || worth?.isZero()
      ? []
      : [`there is money in ${what}, whose positions are not told: it is not in this report`]
  })
}

function cashOf(idle: readonly Idle[], place: string, markets: Markets): readonly Cash[] {
  return idle.flatMap(({ coin, row, field }): Cash[] => {
    const amount = decimalOrNull(row, field)
    if (!amount?.gt(0)) return []
    return [{ id: `${place} ${coin}`, place, asset: assetOf(coin, markets), amount, price: isStable(coin) ? ONE : null }]
  })
}
