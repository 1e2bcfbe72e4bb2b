import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const WATCHDOG = fileURLToPath(new URL('../../src/watch/watchdog.ts', import.meta.url))

/** Runs a small program under tsx, and tells how it ended. */
function run(program: string): Promise<{ signal: string | null; code: number | null; err: string; out: string }> {
  return new Promise((resolve, reject) => {
    const text = `import { watchdog } from ${JSON.stringify(WATCHDOG)}\nconst main = async () => { ${program} }\nmain()`
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', text], { stdio: 'pipe' })
    let [err, out] = ['', '']
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk
    })
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk
    })
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, err, out }))
  })
}

test('a loop that never pauses is ended, and says so', async () => {
  const { signal, err } = await run('watchdog(console.error, { steps: 10, stepMs: 50 }); setTimeout(() => { for (;;); }, 100)')
  expect(signal).toBe('SIGKILL')
  expect(err).toContain('busy for 1 s without a pause')
})

test('who pauses now and then is left alone, and the dog holds nobody back', async () => {
  // 30 steps of 50 ms; busy for 20 x 50 ms, with a pause after each.
  const busy =
    'for (let i = 0; i < 20; i++) { const t = Date.now(); while (Date.now() - t < 50); await new Promise((r) => setTimeout(r, 30)) }'
  const { code, signal, out, err } = await run(`watchdog(console.error, { steps: 30, stepMs: 50 }); ${busy}; console.log('done')`)
  expect([code, signal, out, err]).toEqual([0, null, 'done\n', ''])
})

test('called off, it lets a long piece of work pass', async () => {
  const { code, out } = await run(
    `const off = watchdog(console.error, { steps: 4, stepMs: 25 }); await off(); const t = Date.now(); while (Date.now() - t < 1000); console.log('done')`,
  )
  expect([code, out]).toEqual([0, 'done\n'])
})
