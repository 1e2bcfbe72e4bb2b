import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { boundedFetch, inNameOf } from '../src/boundedFetch.ts'
import { deadline } from '../src/deadline.ts'
import { IncompleteAnswerError, UnreachableError } from '../src/errors.ts'

let server: Server | undefined

afterEach(async () => {
  server?.closeAllConnections()
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())))
  server = undefined
})

async function serve(answer: (response: ServerResponse) => void): Promise<string> {
  const opened = createServer((_, response) => answer(response))
  server = opened
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(opened.address() as AddressInfo).port}/key-1234`
}

async function fault(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => new Error('nothing was thrown'),
    (error: Error) => error,
  )
}

describe('boundedFetch', () => {
  test('gives status, headers and the whole body, as fetch does', async () => {
    const url = await serve((response) => {
      response.writeHead(418, { 'retry-after': '3', 'content-encoding': 'gzip', 'content-type': 'application/json' })
      response.end(gzipSync('{"a":[1]}'))
    })
    const answer = await boundedFetch()(url)
    expect(answer.status).toBe(418)
    expect(answer.headers.get('retry-after')).toBe('3')
    expect(answer.headers.get('content-encoding')).toBeNull()
    expect(await answer.json()).toEqual({ a: [1] })
  })

  test('gives an empty answer as one', async () => {
    const url = await serve((response) => response.writeHead(204).end())
    const answer = await boundedFetch()(url)
    expect([answer.status, await answer.text()]).toEqual([204, ''])
  })

  test('follows no redirect', async () => {
    const url = await serve((response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
    const error = await fault(boundedFetch()(url))
    expect(error).toBeInstanceOf(UnreachableError)
    expect(error.message).toBe('The server answers with a redirect, which is not followed.')
  })

  test('drops a body over the limit while it still arrives', async () => {
    let written = 0
    let dropped = false
    const url = await serve((response) => {
      response.writeHead(200)
      response.on('close', () => {
        dropped = true
      })
      const more = (): void => {
        if (response.destroyed) return
        written += 65_536
        response.write(Buffer.alloc(65_536, 32))
        setImmediate(more)
      }
      more()
    })
    const error = await fault(boundedFetch({ bytes: 1024 * 1024 })(url))
    expect(error).toBeInstanceOf(IncompleteAnswerError)
    expect(error.message).toBe('The server answered garbage: more than 1 MB.')
    await expect.poll(() => dropped).toBe(true)
    expect(written).toBeGreaterThan(1024 * 1024)
  })

  test('counts decoded bytes: a small gzip body that unpacks to 40 MB is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024, 32))
    expect(bomb.length).toBeLessThan(100_000)
    const url = await serve((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
    expect((await fault(boundedFetch()(url))).message).toBe('The server answered garbage: more than 32 MB.')
  })

  test('refuses deep JSON before anybody parses it, and does not count brackets in strings', async () => {
    const deep = await serve((response) => response.end('['.repeat(100_000)))
    expect((await fault(boundedFetch()(deep))).message).toBe('The server answered garbage: JSON nested over 200 levels deep.')
    server?.closeAllConnections()
    server?.close()
    const flat = await serve((response) => response.end(JSON.stringify([`\\"${'['.repeat(300)}`])))
    expect(await (await boundedFetch()(flat)).json()).toEqual([`\\"${'['.repeat(300)}`])
  })

  test('refuses JSON that teems with values, before all of it has come', async () => {
    let written = 0
    const endless = await serve((response) => {
      const more = (): void => {
        if (response.destroyed) return
        written += 1
        response.write('{},'.repeat(10_000))
        setImmediate(more)
      }
      response.write('\ufeff [')
      more()
    })
    // An opening and a comma each: 20,000 values a piece, so 25 pieces and a little more.
    expect((await fault(boundedFetch()(endless))).message).toBe('The server answered garbage: JSON of over 500,000 values.')
    expect(written).toBeLessThan(2000)
  })

  test('counts no commas in strings, nor in what is no JSON', async () => {
    const commas = JSON.stringify([`\\"${','.repeat(600_000)}`])
    const texts = [commas, `<p>${'{},'.repeat(400_000)}</p>`]
    for (const text of texts) {
      const url = await serve((response) => response.end(text))
      expect(await (await boundedFetch()(url)).text()).toBe(text)
      server?.closeAllConnections()
      server?.close()
    }
  })

  test('a character that arrives in two pieces is one', async () => {
    const [first, second] = [Buffer.from('["é"]').subarray(0, 3), Buffer.from('["é"]').subarray(3)]
    const url = await serve((response) => {
      response.write(first, () => setTimeout(() => response.end(second), 50))
    })
    expect(await (await boundedFetch()(url)).json()).toEqual(['é'])
  })

  test('an announced length over the limit is refused without reading on', async () => {
    const url = await serve((response) => {
      response.writeHead(200, { 'content-length': '99999999' })
      response.write('[')
    })
    expect((await fault(boundedFetch()(url))).message).toBe('The server answered garbage: more than 32 MB.')
  })

  test('tells half a body', async () => {
    const url = await serve((response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('half', () => response.destroy())
    })
    const error = await fault(boundedFetch()(url))
    expect(error.message).toBe('The server answered garbage: only a part of its answer arrived.')
    expect(error).toMatchObject({ code: 'incomplete-answer', retryable: true })
  })

  test('tells a refused connection, and nothing of the address', async () => {
    const url = await serve(() => undefined)
    await new Promise<void>((resolve) => server?.close(() => resolve()))
    const error = await fault(boundedFetch()(url))
    expect(error.message).toBe('The server refused the connection.')
    expect(error.cause).toBeUndefined()
    expect(`${error.stack}${JSON.stringify(error)}`).not.toMatch(/127\.0\.0\.1:|key-1234/)
  })

  test('tells an address that is none', async () => {
    const error = await fault(boundedFetch()('not a url/key-1234'))
    expect(error.message).toBe('The server has an address that is not a URL.')
    expect(error).toMatchObject({ retryable: false })
  })

  test('ends with the caller, while the body is still arriving', async () => {
    const url = await serve((response) => response.writeHead(200).write('{'))
    const caller = new AbortController()
    setTimeout(() => caller.abort(), 100)
    expect((await fault(boundedFetch()(url, { signal: caller.signal }))).name).toBe('AbortError')
  })

  test.each<[string, () => AbortSignal]>([
    [
      'its own abort',
      () => {
        const caller = new AbortController()
        setTimeout(() => caller.abort(), 400)
        return caller.signal
      },
    ],
    ['a deadline', () => deadline(400, new AbortController().signal)],
    ['the nearer of two', () => deadline(null, deadline(60_000), deadline(400))],
  ])('ends with the caller by %s, although the memory was cleared while it waited', async (_name, signalOf) => {
    setFlagsFromString('--expose-gc')
    const clearMemory: () => void = runInNewContext('gc')
    const url = await serve((response) => response.writeHead(200).write('{'))
    const ended = fault(boundedFetch()(url, { signal: signalOf() }))
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      clearMemory()
    }
    expect((await ended).name).toMatch(/^(Abort|Timeout)Error$/)
  })

  test('passes a fault on in the name of a venue', async () => {
    const url = await serve((response) => response.end('['.repeat(300)))
    const error = (await fault(boundedFetch()(url))) as IncompleteAnswerError
    const named = inNameOf('Ethereum', error)
    expect(named.message).toBe('Ethereum answered garbage: JSON nested over 200 levels deep.')
    expect(named.retryable).toBe(error.retryable)
  })
})
