import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { startAnvil } from './anvil.ts'
import { SandboxError } from './sandboxError.ts'

const answers = (url: string): Promise<boolean> => {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).then(
    async (response) => ((await response.json()) as { result: string }).result === '0x7a69',
    () => false,
  )
}

describe('startAnvil', () => {
  test('answers on loopback until it is stopped, which may be said twice', async () => {
    const anvil = await startAnvil()
    expect(anvil.url).toBe(`http://127.0.0.1:${anvil.port}`)
    expect(await answers(anvil.url)).toBe(true)
    await anvil.stop()
    await anvil.stop()
    expect(await answers(anvil.url)).toBe(false)
  })

  test('says so when the port is taken', async () => {
    const first = await startAnvil()
    try {
      await expect(startAnvil({ port: first.port })).rejects.toThrow(SandboxError)
      expect(await answers(first.url)).toBe(true)
    } finally {
      await first.stop()
    }
  })

  test.each(['SIGINT', null] as const)('does not outlive its parent, ended by %s', async (signal) => {
    const code = `const { startAnvil } = await import(${JSON.stringify(new URL('anvil.ts', import.meta.url).href)})
      console.log((await startAnvil()).url)
      ${signal === null ? 'process.exit(7)' : 'setInterval(() => {}, 1000)'}`
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(parent, 'exit')
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const url = line.toString().trim()
    if (signal !== null) {
      expect(await answers(url)).toBe(true)
      parent.kill(signal)
    }
    // Nobody else listens to the signal, so the parent ends by it as it would have without us.
    expect(await ended).toEqual(signal === null ? [7, null] : [null, signal])
    await expect.poll(() => answers(url), { timeout: 5_000 }).toBe(false)
  })
})
