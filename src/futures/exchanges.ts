import { binance } from './binance/binance.ts'
import { bingx } from './bingx/bingx.ts'
import { bybit } from './bybit/bybit.ts'
import type { Exchange } from './exchange.ts'
import { hyperliquid } from './hyperliquid/hyperliquid.ts'
import { mexc } from './mexc/mexc.ts'
import { weex } from './weex/weex.ts'

/** Every exchange hullmark reads. The keys are the names used in book files, help and documentation. */
export const EXCHANGES = { binance, bingx, bybit, hyperliquid, mexc, weex } as const satisfies Readonly<Record<string, Exchange>>
