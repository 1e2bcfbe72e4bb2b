/** What a perpetual pays: above 0 longs pay shorts, once an interval of so many hours. */
export type FundingState = { readonly rate: string; readonly hours: number }

/** Binance's default: its interest rate, each eight hours. */
export const USUAL_FUNDING: FundingState = { rate: '0.00010000', hours: 8 }
