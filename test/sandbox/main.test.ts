import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { reportOf } from '../support/hullmark.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

function sandbox(...args: string[]): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'test/sandbox/main.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Everything the process says until it has said `until`, or has ended. */
async function said(child: ChildProcess, until?: string): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    if (until !== undefined && text.includes(until)) break
  }
  return text
}

test('npm run sandbox: prints the environment, moves a price for a second terminal, ends on an interrupt', async () => {
  const running = sandbox()
  try {
    const words = await said(running, 'End it with Ctrl-C.')
    const env = Object.fromEntries([...words.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]))
    expect((await reportOf(env)).report.legs.map(({ health }) => health?.slice(0, 6))).toEqual(['1.7698', '48'])

    const moved = sandbox('price', 'WETH', '2700')
    expect(await said(moved)).toBe('WETH is at 2700.\n')
    const { report } = await reportOf(env)
    expect(report.legs[0]?.health).toMatch(/^1\.656818/)
    expect(report.legs[1]?.cover).toBe('6000')

    const refused = sandbox('price', 'DOGE', '1')
    expect(await said(refused)).toContain('Unknown token "DOGE"')
    if (refused.exitCode === null) await once(refused, 'exit')
    expect(refused.exitCode).toBe(2)
  } finally {
    running.kill('SIGINT')
  }
  const [code] = await once(running, 'exit')
  expect(code).toBe(0)
})
