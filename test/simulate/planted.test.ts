import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { PLANTED } from './planted.ts'

/** The simulator against bugs that we planted in copies of the source: a judge that finds none of them would prove nothing. */

const root = fileURLToPath(new URL('../..', import.meta.url))

test.each(PLANTED)('$name', { timeout: 300_000 }, async ({ file, find, replace, from = 1 }) => {
  // Inside the project, so that modules are found as always.
  const folder = mkdtempSync(join(root, '.tools', 'planted-'))
  try {
    for (const part of ['src', 'test/simulate', 'test/watch', 'test/support', 'package.json'])
      cpSync(join(root, part), join(folder, part), { recursive: true })
    symlinkSync(join(root, 'abis'), join(folder, 'abis'))
    const path = join(folder, 'src', file)
    const text = readFileSync(path, 'utf8')
    expect(text.split(find), `in src/${file}`).toHaveLength(2)
    writeFileSync(
      path,
      text.replace(find, () => replace),
    )
    const args = ['--import', 'tsx', join(folder, 'test/simulate/main.ts'), '--from', String(from), '--seeds', '100', '--first']
    const ran = await promisify(execFile)(process.execPath, args, { cwd: root }).catch(
      (error: { code?: number; stdout?: string }) => error,
    )
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringMatching(/^seed \d+: /) })
    expect(ran.stdout).toMatch(/\d+ passed, 1 failed\n$/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
