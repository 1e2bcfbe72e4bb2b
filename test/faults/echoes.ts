import type { Fault } from '../sandbox/venue/faults.ts'
import { withField } from '../sandbox/venue/rewrites.ts'
import type { Reaction } from '../support/rpcProxy.ts'
import { ACCOUNT, EXCHANGE_FAULTS, rewrite, status } from './exchangeFaults.ts'
import { MARKED } from './marked.ts'

const own = (answer: Omit<Extract<Reaction, { kind: 'answer' }>, 'kind'>): Reaction => ({ kind: 'answer', ...answer })
const echo = `no: ${MARKED.path} ${MARKED.query} ${MARKED.key} ${MARKED.secret}`

/** Faults of a node, each of which repeats what it was asked with, where it can. */
export const NODE_ECHOES: readonly Reaction[] = [
  { kind: 'pass' },
  { kind: 'hang' },
  { kind: 'reset' },
  { kind: 'truncate', bytes: 100 },
  ...[400, 401, 403, 404, 429, 500, 503].map((code) => own({ status: code, body: echo })),
  own({ body: `<html>${echo}</html>` }),
  own({ body: JSON.stringify([{ jsonrpc: '2.0', id: 1, error: { code: -32000, message: echo, data: echo } }]) }),
  own({ body: JSON.stringify({ jsonrpc: '2.0', id: 1, result: echo }) }),
  own({ status: 302, headers: { location: `http://127.0.0.1:9/${MARKED.path}` }, body: '' }),
]

/** The same of an exchange. The last one sends an answer that is used. */
export const EXCHANGE_ECHOES: readonly (readonly [string, Fault])[] = [
  ...EXCHANGE_FAULTS.map(([, path, fault]) => [path, fault] as const),
  ...[400, 401, 403, 418, 429, 451, 500].map((code) => ['*', status(code, { code: -2015, msg: echo })] as const),
  ['*', status(200, echo)],
  ['*', { kind: 'reset' }],
  // The venue calls a coin what our key is called, and leaves out what is needed of it.
  [ACCOUNT, rewrite((answer) => withField('maintMargin', '', MARKED.key)(withField('asset', MARKED.key)(answer)))],
]
