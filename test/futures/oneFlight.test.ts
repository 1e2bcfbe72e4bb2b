import { expect, test } from 'vitest'
import { oneFlight } from '../../src/futures/oneFlight.ts'

const never = new AbortController().signal
const soon = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), 5))

test('who asks while it is under way gets the same answer, and who asks later a new one', async () => {
  let asked = 0
  const ask = () => soon(++asked)
  expect(await Promise.all([1, 2, 3].map(() => oneFlight('a', never, ask)))).toEqual([1, 1, 1])
  expect(await Promise.all([oneFlight('a', never, ask), oneFlight('b', never, ask)])).toEqual([2, 3])
})

test('a failure is everybody’s, and is not kept', async () => {
  let asked = 0
  const fail = () => soon(++asked).then(() => Promise.reject(new Error('no')))
  const both = await Promise.allSettled([oneFlight('a', never, fail), oneFlight('a', never, fail)])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(asked).toBe(1)
  expect(await oneFlight('a', never, () => soon('yes'))).toBe('yes')
})

test('where whoever asked first no longer waits, the others ask themselves', async () => {
  const end = new AbortController()
  const left = oneFlight(
    'a',
    end.signal,
    () => new Promise((_, reject) => end.signal.addEventListener('abort', () => reject(end.signal.reason))),
  )
  const stays = oneFlight('a', never, () => soon('yes'))
  end.abort(new Error('over'))
  await expect(left).rejects.toThrow('over')
  expect(await stays).toBe('yes')
})
