import type { Json } from '../sandbox/venue/answers.ts'
import type { Fault } from '../sandbox/venue/faults.ts'
import { empty, withField, withHole, withoutField, withoutRow } from '../sandbox/venue/rewrites.ts'

/** What an exchange can do to us: a name, the path it befalls, the fault, and what the user must read. */

export const ACCOUNT = '/fapi/v3/account'
export const RISK = '/fapi/v3/positionRisk'
const BRACKETS = '/fapi/v1/leverageBracket'

export const rewrite = (bend: (answer: Json) => Json): Fault => ({ kind: 'rewrite', rewrite: bend })

export const status = (code: number, body: Record<string, Json> | string = {}, headers = {}): Fault => ({
  kind: 'status',
  status: code,
  body,
  headers,
})

export const EXCHANGE_FAULTS: readonly (readonly [string, string, Fault, RegExp])[] = [
  ['hangs', ACCOUNT, { kind: 'hang' }, /Binance did not answer within 600 ms\. .*check your connection/],
  ['is slow', RISK, { kind: 'delay', ms: 1500 }, /Binance did not answer within 600 ms/],
  ['sends one byte a second', ACCOUNT, { kind: 'drip', msPerByte: 1000 }, /Binance did not answer within 600 ms/],
  ['breaks the connection', ACCOUNT, { kind: 'reset' }, /Binance broke the connection/],
  ['answers HTML', ACCOUNT, { kind: 'html' }, /Binance answered garbage: something that is not JSON, perhaps a web page/],
  ['answers half a body', ACCOUNT, { kind: 'truncate' }, /Binance answered garbage: only a part of its answer arrived/],
  [
    '429 without a time',
    ACCOUNT,
    status(429, { code: -1003, msg: 'Too many requests' }),
    /Binance limits our requests \(HTTP 429\)\. .*read less often/,
  ],
  [
    '429 with a long Retry-After',
    ACCOUNT,
    status(429, { code: -1003, msg: '' }, { 'Retry-After': '60' }),
    /Binance limits our requests \(HTTP 429\) and asks to wait 60 s/,
  ],
  ['451', ACCOUNT, status(451), /Binance is blocked from this location \(HTTP 451\)/],
  ['403', ACCOUNT, status(403), /Binance is blocked from this network \(HTTP 403\)/],
  ['500 each time', ACCOUNT, status(500), /Binance could not answer \(HTTP 500/],
  ['502 each time', ACCOUNT, status(502), /Binance could not answer \(HTTP 502/],
  [
    'no permission',
    ACCOUNT,
    status(401, { code: -2015, msg: 'Invalid API-key, IP, or permissions for action' }),
    /Binance refuses the API key.*Check that the key still exists, may read, and lists the IP address/,
  ],
  [
    'refuses our time whatever is measured',
    ACCOUNT,
    status(400, { code: -1021, msg: 'Timestamp for this request is outside of the recvWindow.' }),
    /Binance refuses the time of our requests.*Set the clock of this machine/,
  ],
  ['tells no time', '/fapi/v1/time', status(200, { serverTime: 'noon' }), /Binance returned no usable "server time"/],
  [
    'an empty list while the account holds margin',
    RISK,
    rewrite(empty),
    /Binance gave two answers that differ in the position of ETHUSDT, twice/,
  ],
  [
    'one row missing',
    ACCOUNT,
    rewrite(withoutRow('ETHUSDT')),
    /Binance gave two answers that differ in the position of ETHUSDT, twice/,
  ],
  ['no wallet of the margin asset', ACCOUNT, rewrite(withoutRow('USDT')), /Binance returned no usable "balance of USDT"/],
  ['a mark of 0', RISK, rewrite(withField('markPrice', '0', 'ETHUSDT')), /Binance returned no usable "markPrice of ETHUSDT"/],
  ['no entry price', RISK, rewrite(withoutField('entryPrice')), /Binance returned no usable "entryPrice of ETHUSDT"/],
  ['a wallet that is no number', ACCOUNT, rewrite(withField('crossWalletBalance', 'NaN')), /Binance returned no usable/],
  [
    'a market that nobody lists',
    '/fapi/v1/exchangeInfo',
    rewrite(withoutRow('ETHUSDT')),
    /Binance returned no usable "exchangeInfo of ETHUSDT"/,
  ],
  [
    'a tier table with a hole',
    BRACKETS,
    rewrite(withHole('ETHUSDT', 2)),
    /Binance returned no usable "leverageBracket of ETHUSDT between 50000 and 600000"/,
  ],
  ['no tier table of the market', BRACKETS, rewrite(withoutRow('ETHUSDT')), /no usable "leverageBracket of ETHUSDT"/],
  [
    'an account mode that is not told',
    '/fapi/v1/accountConfig',
    rewrite(withoutField('multiAssetsMargin')),
    /Binance does not say whether/,
  ],
]
