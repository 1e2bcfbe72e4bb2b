import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { deadline, withinDeadline } from '../src/deadline.ts'

setFlagsFromString('--expose-gc')
const clearMemory: () => void = runInNewContext('gc')
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const ended = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)))

describe('a deadline', () => {
  test('ends after its time, although the memory was cleared', async () => {
    const end = ended(deadline(60, new AbortController().signal, deadline(60_000)))
    clearMemory()
    expect(await end).toMatchObject({ name: 'TimeoutError' })
  })

  test('ends with any of the others, for their reason, however deep', async () => {
    const caller = new AbortController()
    const signal = deadline(60_000, deadline(null, deadline(60_000, caller.signal)))
    clearMemory()
    const end = ended(signal)
    caller.abort('enough')
    expect(await end).toBe('enough')
    expect(deadline(60_000, caller.signal).reason).toBe('enough')
  })

  test('lives until then', async () => {
    const signal = deadline(60_000, new AbortController().signal)
    await pause(20)
    expect(signal.aborted).toBe(false)
  })
})

describe('work within a deadline', () => {
  test('what it gives, or throws, is passed on', async () => {
    expect(await withinDeadline(1000, [], async () => 7)).toBe(7)
    await expect(withinDeadline(1000, [], () => Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError)
  })

  test('its signal ends in time, and never once the work is done', async () => {
    expect(await withinDeadline(30, [], ended)).toMatchObject({ name: 'TimeoutError' })
    const caller = new AbortController()
    let kept: AbortSignal | undefined
    await withinDeadline(30, [caller.signal], async (signal) => {
      kept = signal
    })
    caller.abort()
    await pause(50)
    expect(kept?.aborted).toBe(false)
  })

  test('a thousand on one signal leave nothing behind and no warning', async () => {
    const warnings: string[] = []
    const listen = (warning: Error): void => void warnings.push(warning.name)
    process.on('warning', listen)
    const pass = deadline(60_000)
    for (let i = 0; i < 1000; i++) await withinDeadline(60_000, [pass], async () => i)
    await Promise.all(Array.from({ length: 50 }, () => withinDeadline(60_000, [pass], () => pause(5))))
    await pause(5)
    process.off('warning', listen)
    expect(warnings).toEqual([])
  })
})
