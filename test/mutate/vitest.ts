import {
  Any,
  ArrayContaining,
  chai,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  ObjectContaining,
  StringContaining,
  StringMatching,
  setState,
} from '@vitest/expect'

/**
 * What a test file takes for vitest while mutants are tried: the same `expect`, and a list of tests in place of a runner, so that all files
 * are read once and each mutant costs no more than the tests that meet it.
 */

type Body = (context: object) => unknown
type Hook = () => unknown
/** One `describe`: its hooks, and whether those that run once have run. */
export type Scope = { readonly name: string; readonly before: Hook[]; readonly beforeEach: Hook[]; ran: boolean }
export type Case = {
  readonly id: string
  readonly file: string
  readonly name: string
  readonly body: Body
  readonly scopes: readonly Scope[]
}

export const found: { file: string; readonly cases: Case[]; readonly open: Scope[]; readonly finished: Hook[] } = {
  file: '',
  cases: [],
  open: [],
  finished: [],
}

const ids = new Set<string>()

/** @param rest - The body, with or without settings of the runner before or after it. */
function add(name: string, ...rest: readonly unknown[]): void {
  const body = rest.find((one) => typeof one === 'function') as Body
  const full = [...found.open.map((scope) => scope.name), name].join(' > ')
  let id = `${found.file} ${full}`
  for (let twin = 2; ids.has(id); twin++) id = `${found.file} ${full} (${twin})`
  ids.add(id)
  found.cases.push({ id, file: found.file, name: full, body, scopes: [...found.open] })
}

function group(name: string, body: Body): void {
  found.open.push({ name, before: [], beforeEach: [], ran: false })
  body({})
  found.open.pop()
}

/** A row of `each` as arguments, and its name. */
function each(one: (name: string, body: Body) => void) {
  return (rows: readonly unknown[]) =>
    (name: string, body: (...row: unknown[]) => unknown): void => {
      for (const [index, row] of rows.entries()) {
        const values = Array.isArray(row) ? row : [row]
        one(`${name} #${index}`, () => body(...values))
      }
    }
}

export const describe = Object.assign(group, { each: each(group) })
export const test = Object.assign(add, { each: each(add) })
// A function of its own: knip takes two names of one for a slip.
export const it = Object.assign((...test: Parameters<typeof add>) => add(...test), { each: each(add) })
export const beforeAll = (hook: Hook): void => void found.open.at(-1)?.before.push(hook)
/** When the thread ends: until then the next mutant may need what is opened. */
export const afterAll = (hook: Hook): void => void process.once('exit', hook)
export const beforeEach = (hook: Hook): void => void found.open.at(-1)?.beforeEach.push(hook)
export const onTestFinished = (hook: Hook): void => void found.finished.push(hook)

chai.use(JestExtend)
chai.use(JestChaiExpect)
const assert = (value: unknown, message?: string): Chai.Assertion => chai.expect(value, message)
export const expect = Object.assign(assert, {
  any: (kind: unknown) => new Any(kind),
  arrayContaining: (list: unknown[]) => new ArrayContaining(list),
  objectContaining: (part: Record<string, unknown>) => new ObjectContaining(part),
  stringContaining: (text: string) => new StringContaining(text),
  stringMatching: (text: string | RegExp) => new StringMatching(text),
  fail: (message?: string): never => chai.assert.fail(message),
})
Object.assign(globalThis, { [GLOBAL_EXPECT]: expect })
setState({ assertionCalls: 0, isExpectingAssertions: false }, expect as never)
chai.use(JestAsymmetricMatchers)
