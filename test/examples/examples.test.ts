import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { cronProblem } from '../../src/schedule.ts'

const file = (path: string): string => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url))
const text = (path: string): string => readFileSync(file(path), 'utf8')

const UNITS = ['systemd/hullmark.service', 'systemd/hullmark-report.service', 'systemd/hullmark-report.timer']
const SERVICES = UNITS.filter((unit) => unit.endsWith('.service'))

/** Without systemd on the machine its own judgement cannot be had; CI has it. */
const systemd = spawnSync('systemd-analyze', ['--version']).status === 0

describe('systemd units', () => {
  test.runIf(systemd).each(UNITS)('%s: systemd finds nothing to complain of', (unit) => {
    const { stdout, stderr, status } = spawnSync('systemd-analyze', ['verify', file(unit)], { encoding: 'utf8' })
    expect([stdout, stderr, status]).toEqual(['', '', 0])
  })

  test.runIf(systemd).each(SERVICES)('%s: is exposed by at most 2.5 of 10', (unit) => {
    const told = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', file(unit)], { encoding: 'utf8' })
    const level = /Overall exposure level for .*: ([\d.]+)/.exec(told)?.[1]
    expect(Number(level)).toBeLessThanOrEqual(2.5)
  })

  test.each(SERVICES)('%s: secrets come as credentials, none stands in it', (unit) => {
    const lines = text(unit).split('\n')
    const credentials = lines.flatMap((line) => /^LoadCredential=([A-Z_]+):\//.exec(line)?.[1] ?? [])
    const variables = lines.flatMap((line) => /^Environment=([A-Z_]+)_FILE=%d\/([A-Z_]+)$/.exec(line)?.slice(1, 3) ?? [])
    expect(credentials.length).toBeGreaterThan(2)
    expect(variables).toEqual(credentials.flatMap((name) => [name, name]))
    // Any other variable is a folder.
    const others = lines.filter((line) => line.startsWith('Environment=') && !line.includes('_FILE='))
    expect(others).toEqual(['Environment=XDG_STATE_HOME=%S', 'Environment=XDG_CACHE_HOME=%C'])
  })

  test('both services are hardened alike', () => {
    const hardening = (unit: string): string[] =>
      text(unit)
        .split('\n')
        .filter((line) =>
          /^(Protect|Private|Restrict|System|Capability|Ambient|NoNew|Remove|Lock|Dynamic|Proc|UMask|Memory)/.test(line),
        )
    expect(hardening('systemd/hullmark-report.service')).toEqual(hardening('systemd/hullmark.service'))
  })
})

describe('crontab', () => {
  test('every line is a comment, a variable, or five fields and a command that exists', () => {
    const jobs = text('crontab')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#') && !/^[A-Z]+=/.test(line))
    expect(jobs).toHaveLength(2)
    for (const job of jobs) {
      const fields = job.split(' ')
      expect(cronProblem(fields.slice(0, 5).join(' '))).toBeNull()
      // To cron a % is the end of the command.
      expect(job).not.toContain('%')
      expect(job).toMatch(/&& hullmark (report|check) --deliver /)
    }
  })
})

describe('GitHub Actions workflow', () => {
  const workflow = parse(text('github/daily-report.yml')) as {
    permissions: unknown
    on: { schedule: { cron: string }[] }
    jobs: Record<string, { 'timeout-minutes': number; steps: { uses?: string; run?: string; with?: Record<string, unknown> }[] }>
  }
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps)

  test('every action is pinned to a commit', () => {
    const uses = steps.flatMap((step) => step.uses ?? [])
    expect(uses.length).toBeGreaterThan(0)
    for (const one of uses) expect(one).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/)
  })

  test('it may only read, ends by itself, runs no install script, and keeps no token', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
    for (const job of Object.values(workflow.jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(10)
    for (const { run } of steps) if (run?.includes('npm install')) expect(run).toContain('--ignore-scripts')
    expect(steps.find(({ uses }) => uses?.includes('checkout'))?.with).toEqual({ 'persist-credentials': false })
    expect(cronProblem(workflow.on.schedule[0]?.cron ?? '')).toBeNull()
  })

  test('it says that it is no alarm', () => {
    expect(text('github/daily-report.yml').slice(0, 200)).toContain('THIS IS NO ALARM')
  })
})
