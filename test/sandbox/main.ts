import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TokenSymbol } from './aaveReserves.ts'
import { TOOLS_FOLDER } from './ensureAnvil.ts'
import { openSandbox, type Sandbox } from './openSandbox.ts'

/**
 * `npm run sandbox`: keeps the sandbox running until interrupted, and prints the environment for a second terminal.
 * `npm run sandbox -- price WETH 2400`: moves a price in the sandbox that runs.
 */

/** Where the running sandbox says how to reach it. */
const ADDRESS_FILE = join(TOOLS_FOLDER, 'sandbox.json')
const BLOCK_EVERY_MS = 5000

const [command, symbol, price] = process.argv.slice(2)
if (command === undefined) await keepRunning()
else if (command === 'price' && symbol !== undefined && price !== undefined) process.exit(await movePrice(symbol, price))
else {
  process.stderr.write('Usage: npm run sandbox            keep it running\n       npm run sandbox -- price WETH 2400\n')
  process.exit(2)
}

async function keepRunning(): Promise<void> {
  const sandbox = await openSandbox()
  const control = await openControl(sandbox)
  await mkdir(TOOLS_FOLDER, { recursive: true })
  await writeFile(ADDRESS_FILE, JSON.stringify({ control }), { mode: 0o600 })
  sandbox.chain.keepFresh(BLOCK_EVERY_MS)
  const exports = Object.entries(sandbox.env).map(([name, value]) => `export ${name}='${value}'`)
  process.stdout.write(
    [
      'The sandbox is running. In a second terminal, in this folder:',
      '',
      ...exports,
      'npm start -- report',
      '',
      'Move a price, then report again:  npm run sandbox -- price WETH 2400',
      'End it with Ctrl-C.',
      '',
    ].join('\n'),
  )
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await rm(ADDRESS_FILE, { force: true })
  await sandbox.stop()
  process.exit(0)
}

/** A door on loopback through which the other process moves prices. */
async function openControl(sandbox: Sandbox): Promise<string> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const wanted = { symbol: searchParams.get('symbol') ?? '', price: searchParams.get('price') ?? '' }
    const problem = problemWith(sandbox, wanted)
    const work =
      problem === null
        ? sandbox.setPrice(wanted.symbol as TokenSymbol, wanted.price).then(() => said(sandbox, wanted))
        : Promise.resolve(problem)
    work
      .catch((error: unknown) => String(error))
      .then((text) => {
        response.statusCode = problem === null ? 200 : 400
        response.end(text)
      })
      .catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Wanted = { readonly symbol: string; readonly price: string }

function problemWith({ chain }: Sandbox, { symbol: name, price: to }: Wanted): string | null {
  const names = Object.keys(chain.tokens)
  if (!names.includes(name)) return `Unknown token "${name}": choose one of ${names.join(', ')}.`
  return /^\d{1,12}(\.\d{1,8})?$/.test(to) && Number(to) > 0 ? null : `"${to}" is no price: write it as 2400 or 2409.64.`
}

function said({ binance }: Sandbox, { symbol: name, price: to }: Wanted): string {
  const dead = binance.liquidations.map((one) => JSON.stringify(one))
  return [`${name} is at ${to}.`, ...(dead.length > 0 ? [`The exchange has liquidated: ${dead.join('; ')}`] : [])].join('\n')
}

async function movePrice(name: string, to: string): Promise<number> {
  try {
    const { control } = JSON.parse(await readFile(ADDRESS_FILE, 'utf8')) as { control: string }
    const answer = await fetch(`${control}/?${new URLSearchParams({ symbol: name, price: to })}`)
    process.stdout.write(`${await answer.text()}\n`)
    return answer.ok ? 0 : 2
  } catch {
    process.stderr.write('No sandbox is running: start one with "npm run sandbox" in another terminal.\n')
    return 1
  }
}
