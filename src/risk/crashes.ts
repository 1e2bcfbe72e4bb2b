import { type Decimal, dec, ONE } from './decimal.ts'
import type { Shock } from './shock.ts'

/**
 * A fall as ONE simultaneous shock at every asset's own low (worse than history, where the lows were not simultaneous): the
 * largest fall from the peak in a window, by 4-hour candles.
 */
type Crash = {
  readonly name: string
  /** By market factor; a factor without a figure is not in it. */
  readonly falls: Shock
  /** How long the fall of each factor took, hours. */
  readonly hours: ReadonlyMap<string, number>
}

type Row = { readonly name: string; readonly falls: Readonly<Record<string, readonly [drop: string, hours: number]>> }

const ROWS: readonly Row[] = [
  {
    name: '2020-03-12 Black Thursday',
    falls: { BTC: ['-0.526', 32], ETH: ['-0.5603', 32], BNB: ['-0.6161', 32], XRP: ['-0.5174', 28] },
  },
  {
    name: '2021-05-19 China/Tesla',
    falls: {
      BTC: ['-0.3117', 16],
      ETH: ['-0.455', 20],
      SOL: ['-0.5407', 16],
      BNB: ['-0.4579', 16],
      XRP: ['-0.4832', 16],
      LINK: ['-0.5301', 20],
      AVAX: ['-0.5387', 16],
    },
  },
  {
    name: '2022-05 LUNA/UST',
    falls: {
      BTC: ['-0.3299', 172],
      ETH: ['-0.3908', 176],
      SOL: ['-0.6077', 176],
      BNB: ['-0.471', 168],
      XRP: ['-0.4886', 176],
      LINK: ['-0.55', 176],
      AVAX: ['-0.6618', 176],
    },
  },
  {
    name: '2022-06 Celsius/3AC',
    falls: {
      BTC: ['-0.42', 216],
      ETH: ['-0.5114', 216],
      SOL: ['-0.3677', 100],
      BNB: ['-0.3864', 204],
      XRP: ['-0.3026', 212],
      LINK: ['-0.4444', 84],
      AVAX: ['-0.4459', 216],
    },
  },
  {
    name: '2022-11 FTX',
    falls: {
      BTC: ['-0.2743', 120],
      ETH: ['-0.356', 120],
      SOL: ['-0.6811', 104],
      BNB: ['-0.3467', 32],
      XRP: ['-0.3804', 120],
      LINK: ['-0.3902', 32],
      AVAX: ['-0.4169', 104],
    },
  },
  {
    name: '2023-03 USDC/SVB',
    falls: {
      BTC: ['-0.1228', 60],
      ETH: ['-0.1289', 60],
      SOL: ['-0.2153', 60],
      BNB: ['-0.0996', 44],
      XRP: ['-0.1112', 48],
      LINK: ['-0.1523', 60],
      AVAX: ['-0.1464', 60],
    },
  },
  {
    name: '2024-08-05 Yen carry',
    falls: {
      BTC: ['-0.253', 80],
      ETH: ['-0.3441', 76],
      SOL: ['-0.3508', 80],
      BNB: ['-0.3075', 80],
      XRP: ['-0.2765', 88],
      LINK: ['-0.3765', 80],
      AVAX: ['-0.3327', 80],
    },
  },
  {
    name: '2025-02-03 Tariffs',
    falls: {
      BTC: ['-0.1394', 64],
      ETH: ['-0.3818', 60],
      SOL: ['-0.2726', 64],
      BNB: ['-0.2748', 60],
      XRP: ['-0.4347', 76],
      LINK: ['-0.4167', 60],
      AVAX: ['-0.4139', 60],
    },
  },
  {
    name: '2025-04-07 Tariffs II',
    falls: {
      BTC: ['-0.1111', 32],
      ETH: ['-0.2377', 76],
      SOL: ['-0.2136', 32],
      BNB: ['-0.1243', 32],
      XRP: ['-0.2528', 32],
      LINK: ['-0.2207', 32],
      AVAX: ['-0.1819', 32],
    },
  },
  {
    name: '2025-10-10 10/10',
    falls: {
      BTC: ['-0.1677', 12],
      ETH: ['-0.2182', 24],
      SOL: ['-0.248', 12],
      BNB: ['-0.3273', 20],
      XRP: ['-0.5579', 12],
      LINK: ['-0.6532', 16],
      AVAX: ['-0.7023', 20],
    },
  },
  {
    name: '2025-11-21',
    falls: {
      BTC: ['-0.2502', 256],
      ETH: ['-0.283', 280],
      SOL: ['-0.2924', 256],
      BNB: ['-0.2244', 280],
      XRP: ['-0.2944', 260],
      LINK: ['-0.3089', 256],
      AVAX: ['-0.3246', 248],
    },
  },
  {
    name: '2026-02-05',
    falls: {
      BTC: ['-0.3377', 204],
      ETH: ['-0.4262', 208],
      SOL: ['-0.4741', 212],
      BNB: ['-0.3732', 212],
      XRP: ['-0.4249', 212],
      LINK: ['-0.4076', 220],
      AVAX: ['-0.3857', 208],
    },
  },
]

/** Twelve falls from 2020 to 2026. @see RISK 5 */
export const CRASHES: readonly Crash[] = ROWS.map(({ name, falls }) => ({
  name,
  falls: new Map(Object.entries(falls).map(([factor, [drop]]): [string, Decimal] => [factor, ONE.plus(dec(drop))])),
  hours: new Map(Object.entries(falls).map(([factor, [, hours]]) => [factor, hours])),
}))
