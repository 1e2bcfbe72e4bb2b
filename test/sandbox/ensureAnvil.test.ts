import { createHash } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ensureAnvil } from './ensureAnvil.ts'
import { untar } from './untar.ts'

const PACKAGE = '@foundry-rs/anvil-linux-amd64'

/** A tar archive of one file, gzipped without compressing: only its form matters. */
function tgz(path: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512)
  header.write(path, 0)
  header.write('0000755\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write('0ustar\x0000', 156)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const filler = Buffer.alloc((512 - (content.length % 512)) % 512)
  return gzipSync(Buffer.concat([header, content, filler, Buffer.alloc(1024)]), { level: 0 })
}

let folder: string
let registry: Server | null = null
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hullmark-ensure-'))
})
afterEach(async () => {
  registry?.closeAllConnections()
  registry?.close()
  registry = null
  await rm(folder, { recursive: true })
})

/** An npm registry that holds one package, or none. */
async function serve(archive: Buffer | null): Promise<NodeJS.ProcessEnv> {
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo
    if (archive === null) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}')
    if (request.url?.endsWith('.tgz')) return void response.end(archive)
    const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`
    const dist = { tarball: `http://127.0.0.1:${port}/anvil.tgz`, integrity }
    const version = { name: PACKAGE, version: '1.7.1', dist }
    const body = { name: PACKAGE, 'dist-tags': { latest: '1.7.1' }, versions: { '1.7.1': version } }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(body))
  })
  registry = server
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return npmSettings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

/** The environment without any anvil, and npm pointed at a registry. */
function npmSettings(url: string): NodeJS.ProcessEnv {
  const { ANVIL_BIN: _, ...rest } = process.env
  const cache = join(folder, 'npm-cache')
  return {
    ...rest,
    npm_config_registry: url,
    npm_config_cache: cache,
    npm_config_fetch_retries: '0',
    npm_config_min_release_age: '0',
  }
}

/** A program that says it is anvil of some version. */
async function impostor(version: string): Promise<{ bin: string; path: string }> {
  const bin = await mkdtemp(join(folder, 'bin-'))
  const path = join(bin, 'anvil')
  await writeFile(path, `#!/bin/sh\necho "anvil Version: ${version}"\n`)
  await chmod(path, 0o755)
  return { bin, path }
}

describe('ensureAnvil', () => {
  test('takes ANVIL_BIN before all else, and refuses one of another age', async () => {
    const { path } = await impostor('1.9.0')
    expect(await ensureAnvil({ env: { ANVIL_BIN: path }, tools: folder })).toBe(path)
    const old = await impostor('0.3.1')
    const refused = ensureAnvil({ env: { ANVIL_BIN: old.path }, tools: folder })
    await expect(refused).rejects.toThrow('is anvil 0.3.1, and version 1 is needed')
    const missing = ensureAnvil({ env: { ANVIL_BIN: join(folder, 'nothing') }, tools: folder })
    await expect(missing).rejects.toThrow('is not an anvil that runs here')
  })

  test('takes version 1 from the PATH, the exact release first', async () => {
    const [old, other, exact] = [await impostor('0.3.1'), await impostor('1.4.4'), await impostor('1.7.1')]
    const withExact = [old.bin, other.bin, exact.bin].join(delimiter)
    expect(await ensureAnvil({ env: { PATH: withExact }, tools: folder })).toBe(exact.path)
    const without = [old.bin, other.bin].join(delimiter)
    expect(await ensureAnvil({ env: { PATH: without }, tools: folder })).toBe(other.path)
  })

  test('says what to do where no package is pinned', async () => {
    const none = ensureAnvil({ env: { PATH: '' }, tools: folder, platform: 'darwin-arm64' })
    await expect(none).rejects.toMatchObject({
      message: 'There is no pinned anvil package for darwin-arm64.',
      hint: expect.stringContaining('ANVIL_BIN=/path/to/anvil'),
    })
  })

  test('fetches the pinned one through npm, once; two at a time do not disturb each other', async () => {
    const binary = Buffer.from('#!/bin/sh\necho "anvil Version: 1.7.1"\n')
    const sha256 = createHash('sha256').update(binary).digest('hex')
    const build = { package: PACKAGE, file: 'package/bin/anvil', size: binary.length, sha256 }
    const env = await serve(tgz(build.file, binary))
    const search = { env: withoutAnvil(env), tools: join(folder, 'tools'), platform: 'linux-x64', build }
    const [first, second] = await Promise.all([ensureAnvil(search), ensureAnvil(search)])
    expect(second).toBe(first)
    expect((await readFile(first)).equals(binary)).toBe(true)
    expect(await ensureAnvil({ env: { ANVIL_BIN: first } }), 'it may be run').toBe(first)
    expect(await readdir(search.tools), 'nothing half-written stays').toEqual(['anvil-1.7.1-linux-x64'])
    registry?.close()
    expect(await ensureAnvil({ ...search, env: { PATH: '' } }), 'kept').toBe(first)
    await writeFile(first, 'cut')
    expect(await ensureAnvil({ ...search, env: withoutAnvil(await serve(tgz(build.file, binary))) }), 'fetched again').toBe(first)
    expect((await readFile(first)).equals(binary)).toBe(true)
  }, 30_000)

  test('keeps and runs nothing but the pinned bytes', async () => {
    const env = await serve(tgz('package/bin/anvil', Buffer.from('not anvil')))
    const tools = join(folder, 'tools')
    const fetched = ensureAnvil({ env: withoutAnvil(env), tools, platform: 'linux-x64' })
    await expect(fetched).rejects.toThrow(/is not the expected one: SHA-256 10c1c727\w+ expected, [0-9a-f]{64} found/)
    expect(await readdir(tools).catch(() => [])).toEqual([])
  }, 30_000)

  test('says in one sentence that npm cannot fetch it, and what to do', async () => {
    const env = await serve(null)
    const missing = ensureAnvil({ env: withoutAnvil(env), tools: folder, platform: 'linux-x64' })
    await expect(missing).rejects.toMatchObject({
      message: `npm could not fetch ${PACKAGE}@1.7.1: E404.`,
      hint: expect.stringContaining('ANVIL_BIN=/path/to/anvil'),
    })
    const unreachable = ensureAnvil({
      env: withoutAnvil(npmSettings('http://127.0.0.1:1')),
      tools: folder,
      platform: 'linux-x64',
    })
    await expect(unreachable).rejects.toThrow(`npm could not fetch ${PACKAGE}@1.7.1: ECONNREFUSED.`)
  }, 30_000)
})

/** npm and node stay on the PATH; folders with an anvil in them would end the search early. */
function withoutAnvil(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const nodeFolder = join(process.execPath, '..')
  return { ...env, PATH: [nodeFolder, '/usr/bin', '/bin'].join(delimiter) }
}

describe('untar', () => {
  test('finds a file by its path, whole, and nothing else', () => {
    const content = Buffer.from('x'.repeat(1_500))
    const archive = tgz('package/bin/anvil', content)
    expect(untar(archive, 'package/bin/anvil')?.equals(content)).toBe(true)
    expect(untar(archive, 'package/bin/other')).toBeNull()
  })
})
