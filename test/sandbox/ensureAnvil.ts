import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { access, chmod, constants, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SandboxError } from './sandboxError.ts'
import { untar } from './untar.ts'

const run = promisify(execFile)

/** The release that the sandbox is written against. */
const VERSION = '1.7.1'

/** Where npm could fetch anvil from, and what must come out: pinned, because it is run. */
type AnvilBuild = { readonly package: string; readonly file: string; readonly size: number; readonly sha256: string }

/** Platforms whose npm package exists; elsewhere the user brings anvil along. */
const BUILDS: Readonly<Record<string, AnvilBuild>> = {
  'linux-x64': {
    package: '@foundry-rs/anvil-linux-amd64',
    file: 'package/bin/anvil',
    size: 44_330_832,
    sha256: '10c1c727d6c1de973aeb160e59875b9a9a23464d6e74149ee8abb30b3500311b',
  },
}

const BRING_YOUR_OWN = `Install anvil ${VERSION} of Foundry yourself and put it on the PATH, or name it: ANVIL_BIN=/path/to/anvil.`

/** Where to look and where to put it; tests use folders and settings of their own. */
type AnvilSearch = {
  readonly env?: NodeJS.ProcessEnv
  /** The folder that keeps a fetched anvil; default `<repository>/.tools`. */
  readonly tools?: string
  /** `linux-x64`: as Node names them. */
  readonly platform?: string
  /** What to fetch for this platform. */
  readonly build?: AnvilBuild | undefined
}

/** The folder for what the sandbox fetches or derives: never committed, may be deleted at any time. */
export const TOOLS_FOLDER = fileURLToPath(new URL('../../.tools', import.meta.url))

/**
 * The path of a working anvil: `$ANVIL_BIN`, else one fetched before, else one of version 1 on the PATH, else fetched once
 * through npm (said on stderr). Safe when several processes ask at once.
 *
 * @throws SandboxError when there is none and none can be fetched.
 */
export async function ensureAnvil(search: AnvilSearch = {}): Promise<string> {
  const { env = process.env, tools = TOOLS_FOLDER, platform = `${process.platform}-${process.arch}` } = search
  const { build = BUILDS[platform] } = search
  if (env.ANVIL_BIN) return named(env.ANVIL_BIN)
  const kept = join(tools, `anvil-${VERSION}-${platform}`)
  if (build !== undefined && (await isWhole(kept, build))) return kept
  const installed = await onPath(env.PATH ?? '')
  if (installed !== null) return installed
  if (build === undefined) throw new SandboxError(`There is no pinned anvil package for ${platform}.`, BRING_YOUR_OWN)
  await fetchAnvil(build, kept, env)
  return kept
}

/** What `anvil --version` says, `1.7.1`; null: not an anvil that runs here. */
async function versionOf(path: string): Promise<string | null> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 10_000 })
    return /^anvil Version: (\d+\.\d+\.\d+)/m.exec(stdout)?.[1] ?? null
  } catch {
    return null
  }
}

async function named(path: string): Promise<string> {
  const version = await versionOf(path)
  if (version?.startsWith('1.')) return path
  const found = version === null ? 'is not an anvil that runs here' : `is anvil ${version}, and version 1 is needed`
  throw new SandboxError(`ANVIL_BIN=${path} ${found}.`, `Point ANVIL_BIN at anvil ${VERSION}, or unset it.`)
}

/** The hash was checked before the file got its name, so that here its size is enough: hashing takes longer than deploying. */
async function isWhole(path: string, build: AnvilBuild): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found?.isFile() === true && found.size === build.size
}

async function onPath(path: string): Promise<string | null> {
  let fallback: string | null = null
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, process.platform === 'win32' ? 'anvil.exe' : 'anvil')
    const runs =
      folder !== '' &&
      (await access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      ))
    const version = runs ? await versionOf(candidate) : null
    if (version === VERSION) return candidate
    if (version?.startsWith('1.')) fallback ??= candidate
  }
  return fallback
}

async function fetchAnvil(build: AnvilBuild, target: string, env: NodeJS.ProcessEnv): Promise<void> {
  process.stderr.write(`Fetching anvil ${VERSION} (once), a local chain for demo and tests: npm package ${build.package} ...\n`)
  const folder = await mkdtemp(join(tmpdir(), 'hullmark-anvil-'))
  try {
    const binary = untar(await pack(`${build.package}@${VERSION}`, folder, env), build.file)
    const sha256 = binary === null ? 'no such file' : createHash('sha256').update(binary).digest('hex')
    if (binary === null || sha256 !== build.sha256) {
      throw new SandboxError(
        `The anvil in ${build.package}@${VERSION} is not the expected one: SHA-256 ${build.sha256} expected, ${sha256} found.`,
        `It was not kept and not run. Ask who runs your npm registry, or do without it. ${BRING_YOUR_OWN}`,
      )
    }
    await place(binary, target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Through npm itself, so that the user's registry, proxy and certificates apply. */
async function pack(spec: string, folder: string, env: NodeJS.ProcessEnv): Promise<Buffer> {
  try {
    const args = ['pack', spec, '--pack-destination', folder, '--ignore-scripts', '--loglevel', 'error']
    await run('npm', args, { cwd: folder, env, timeout: 300_000, shell: process.platform === 'win32' })
    const [archive] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
    return await readFile(join(folder, archive ?? 'nothing was packed'))
  } catch (cause) {
    throw new SandboxError(
      `npm could not fetch ${spec}: ${reasonOf(cause)}.`,
      `Is the npm registry reachable? ${BRING_YOUR_OWN}`,
      cause,
    )
  }
}

/** npm's own word for it (`E404`, `ECONNREFUSED`), not its page of text. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown'
  if ('killed' in cause && cause.killed === true) return 'no end after five minutes'
  return /npm (?:error|ERR!) code (\S+)/.exec(cause.message)?.[1] ?? cause.message.split('\n')[0] ?? 'unknown'
}

/** The name appears only with the whole file behind it; of two that do this at once the last one wins, with the same bytes. */
async function place(binary: Buffer, target: string): Promise<void> {
  const folder = join(target, '..')
  const temporary = join(folder, `.anvil-${randomUUID()}`)
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(temporary, binary)
    await chmod(temporary, 0o755)
    await rename(temporary, target)
  } catch (cause) {
    await rm(temporary, { force: true })
    throw new SandboxError(`anvil could not be written to ${target}.`, `Make ${folder} writable. ${BRING_YOUR_OWN}`, cause)
  }
}
