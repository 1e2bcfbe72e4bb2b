import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { parse } from 'dotenv'
import { readText, type TextFile } from './readText.ts'
import { findKeys, type KeyFound, refusal } from './refuseKeys.ts'
import { nearest, type Tell } from './sentence.ts'

/** A variable that is given. `text` is null where it is refused; the reason has been told. */
export type Given = { readonly text: string | null; readonly place: string }

/** The settings that come by name: the environment before the `.env` file, `X` or the file that `X_FILE` names. */
export type Variables = {
  /** Null: not given, or empty. @param isSecret - Whether such a value must not stand in a file that others may read. */
  readonly read: (name: string, isSecret?: (text: string) => boolean) => Promise<Given | null>
  /** Whether a variable is given at all, without reading it. */
  readonly given: (name: string) => boolean
  /** Tells of names in the `.env` file that are nearly one of those that are read. */
  readonly tellStrangers: (known: readonly string[]) => void
  /** The folder's name for "nowhere": where a missing variable would be written. */
  readonly home: string
}

/** One place that variables come from. */
type Layer = {
  readonly values: Readonly<Record<string, string | undefined>>
  readonly place: (name: string) => string
  /** Paths in `X_FILE` start here. */
  readonly folder: string
  readonly refused: (name: string) => boolean
  /** The file's mode where others may read it. */
  readonly openMode: string | null
  readonly label: string
}

const MAX_ENV_BYTES = 1_000_000
const MAX_SECRET_BYTES = 64_000
const LINE = /^\s*(?:export\s+)?([\w.-]+)(?:\s*=|:\s)/

/** Where to look for variables. */
export type VariableSources = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Null: `.env` in the folder, if there is one. */
  readonly envFile: string | null
  readonly cwd: string
}

/** Opens the environment and the `.env` file, and tells of everything in the file that cannot be used. */
export async function openVariables({ env, envFile, cwd }: VariableSources, tell: Tell): Promise<Variables> {
  const environment: Layer = {
    values: env,
    place: () => 'environment',
    folder: cwd,
    refused: () => false,
    openMode: null,
    label: 'environment',
  }
  const file = await openEnvFile(resolve(cwd, envFile ?? '.env'), labelOf(envFile ?? '.env', cwd), {
    tell,
    named: envFile !== null,
  })
  const layers = file === null ? [environment] : [environment, file]
  const openFiles = new Set<string>()
  const tellOpenOnce = (layer: Layer, name: string): void => {
    if (layer.openMode === null || openFiles.has(layer.label)) return
    openFiles.add(layer.label)
    tell(layer.label, `holds ${name} and may be read by others (mode ${layer.openMode}): run "chmod 600 ${layer.label}"`)
  }
  return {
    read: async (name, isSecret = () => false) => {
      const layer = layers.find((one) => given(one, name))
      if (layer === undefined) return null
      const inline = layer.values[name] ?? ''
      const place = layer.place(inline === '' ? `${name}_FILE` : name)
      if (inline !== '' && given(layer, `${name}_FILE`, '')) {
        tell(place, `${name} and ${name}_FILE are both given; keep one of them`)
        return { text: null, place }
      }
      const text = inline === '' ? readTwin(name, layer, { isSecret, tell }) : inline
      if (text === null || layer.refused(name)) return { text: null, place }
      const [key] = await findKeys(text)
      if (key !== undefined) {
        tell(place, `${name} ${refusal(key)}`)
        return { text: null, place }
      }
      if (inline !== '' && isSecret(text)) tellOpenOnce(layer, name)
      return { text: text.trim(), place }
    },
    given: (name) => layers.some((layer) => given(layer, name)),
    tellStrangers: (known) => {
      if (file !== null) tellStrangers(file, known, tell)
    },
    home: file?.label ?? 'environment',
  }
}

/** The name of a file as the user would write it: without the folder where that is the current one. */
export function labelOf(path: string, cwd: string): string {
  const short = relative(cwd, resolve(cwd, path))
  return short.startsWith('..') || isAbsolute(short) ? path : short
}

function given({ values }: Layer, name: string, orFile = `${name}_FILE`): boolean {
  return (values[name]?.trim() ?? '') !== '' || (orFile !== '' && (values[orFile]?.trim() ?? '') !== '')
}

/** The content of the file that `X_FILE` names; null where it cannot be used, which is told. */
function readTwin(
  name: string,
  layer: Layer,
  { isSecret, tell }: { isSecret: (text: string) => boolean; tell: Tell },
): string | null {
  const twin = `${name}_FILE`
  const path = (layer.values[twin] ?? '').trim()
  const file = readText(resolve(layer.folder, path), MAX_SECRET_BYTES)
  const fault = faultOf(file, isSecret)
  if (fault !== null) tell(layer.place(twin), `${twin}: the file it names ${fault}`)
  return file.ok && fault === null ? file.text.trim() : null
}

function faultOf(file: TextFile, isSecret: (text: string) => boolean): string | null {
  if (!file.ok) return file.problem
  if (file.text.trim() === '') return 'is empty'
  if (file.openMode === null || !isSecret(file.text.trim())) return null
  return `may be read by others (mode ${file.openMode}): run "chmod 600" on it`
}

async function openEnvFile(path: string, label: string, { tell, named }: { tell: Tell; named: boolean }): Promise<Layer | null> {
  const file = readText(path, MAX_ENV_BYTES)
  if (!file.ok) {
    if (named || !file.missing) tell(named ? 'command line' : label, `${label} ${file.problem}`)
    return null
  }
  const keys = await findKeys(file.text)
  for (const key of keys) tell(`${label}:${key.line}`, `the line ${refusal(key)}`)
  const values = parse(file.text)
  const lines = linesOf(file.text)
  tellLines(file.text, { values, lines, keys, label, tell })
  return {
    values,
    place: (name) => (lines.has(name) ? `${label}:${lines.get(name)?.at(-1)}` : label),
    folder: dirname(path),
    refused: (name) => (lines.get(name) ?? []).some((line) => covers(keys, line)),
    openMode: file.openMode,
    label,
  }
}

/** The lines, counted from 1, on which each name is set. */
function linesOf(text: string): ReadonlyMap<string, number[]> {
  const lines = new Map<string, number[]>()
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const name = LINE.exec(line)?.[1]
    if (name !== undefined) lines.set(name, [...(lines.get(name) ?? []), index + 1])
  }
  return lines
}

type EnvText = {
  readonly values: Readonly<Record<string, string>>
  readonly lines: ReadonlyMap<string, number[]>
  readonly keys: readonly KeyFound[]
  readonly label: string
  readonly tell: Tell
}

/** Tells of lines that set nothing and of names set twice: the parser passes over both in silence. */
function tellLines(text: string, { values, lines, keys, label, tell }: EnvText): void {
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim()
    const partOfValue = (): boolean =>
      Object.values(values).some((value) => value.includes('\n') && value.includes(line.replace(/["'`]$/, '')))
    if (line === '' || line.startsWith('#') || LINE.test(raw) || covers(keys, index + 1) || partOfValue()) continue
    tell(`${label}:${index + 1}`, 'the line is neither NAME=value nor a comment (#)')
  }
  for (const [name, [first, ...again]] of lines) {
    if (!(name in values)) continue
    for (const line of again) tell(`${label}:${line}`, `${name} is set a second time (first on line ${first}); keep one of them`)
  }
}

function covers(keys: readonly KeyFound[], line: number): boolean {
  return keys.some((key) => key.line <= line && line <= key.lastLine)
}

function tellStrangers(file: Layer, known: readonly string[], tell: Tell): void {
  const all = known.flatMap((name) => [name, `${name}_FILE`])
  for (const name of Object.keys(file.values)) {
    // BINANCE_API_KEY2 is a second account's, for a book file that is not in use now.
    if (all.includes(name) || all.includes(name.replace(/_?\d+$/, ''))) continue
    const near = nearest(name, all)
    if (near !== null) tell(file.place(name), `${name} is not read by hullmark; did you mean ${near}?`)
  }
}
