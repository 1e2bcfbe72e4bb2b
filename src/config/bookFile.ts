import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import type { ConfigProblem } from '../errors.ts'
import { bombIn } from './bombIn.ts'
import { readText } from './readText.ts'
import { findKeys, refusal } from './refuseKeys.ts'
import { didYouMean, shown, type Tell } from './sentence.ts'

/** A book file as written: every scalar is text. */
export type BookFile = {
  readonly label: string
  readonly root: Readonly<Record<string, unknown>>
  /** `hullmark.yaml:12`: the line of a setting, or of the nearest thing around it that exists. */
  readonly place: (path: Path) => string
}

export type Path = readonly PropertyKey[]

/** How many times aliases may repeat what they point to: enough for a book, far too few for a bomb. */
const MAX_ALIASES = 100
const MAX_BYTES = 1_000_000
/** Of a file that is no YAML, the first few faults say enough. */
const MAX_FAULTS = 10
/** A key of an exchange that somebody pasted. */
const LITERAL_KEY = /(?<![A-Za-z0-9])[A-Za-z0-9]{64}(?![A-Za-z0-9])/g

/** Where a book file is, what the user calls it, and where he named it. */
export type BookPath = { readonly path: string; readonly label: string; readonly place: string }

/** Opens a book file; null where it cannot be used, which is told. */
export async function openBook({ path, label, place }: BookPath, tell: Tell): Promise<BookFile | null> {
  const file = readText(path, MAX_BYTES)
  if (!file.ok) {
    tell(place, `the book file ${label} ${file.problem}`)
    return null
  }
  // Nothing else is said of a file that holds a key: another sentence might quote it.
  const keys = await keysIn(file.text, label)
  for (const key of keys) tell(key.place, key.problem)
  return keys.length > 0 ? null : parseBook(file.text, label, tell)
}

async function keysIn(text: string, label: string): Promise<ConfigProblem[]> {
  const refused = (await findKeys(text)).map((key) => ({ place: `${label}:${key.line}`, problem: `the line ${refusal(key)}` }))
  if (refused.length > 0) return refused
  return [...text.matchAll(LITERAL_KEY)].map(({ index }) => ({
    place: `${label}:${text.slice(0, index).split('\n').length}`,
    problem: 'the line holds what looks like the key of an exchange; put it into .env and write the name of its variable here',
  }))
}

function parseBook(text: string, label: string, tell: Tell): BookFile | null {
  const bomb = bombIn(text)
  if (bomb !== null) {
    tell(label, `the book file ${bomb}`)
    return null
  }
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, {
      schema: 'failsafe',
      uniqueKeys: false,
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
    })
    const faults = [
      ...document.errors.map(({ message, pos }) => ({ offset: pos[0], problem: notYaml(message) })),
      ...repeatedNames(document),
    ].slice(0, MAX_FAULTS)
    for (const { offset, problem } of faults) tell(`${label}:${lines.linePos(offset).line}`, problem)
    if (faults.length > 0) return null
    const contents = document.contents
    if (contents === null || (isScalar(contents) && contents.value === '')) {
      tell(label, 'the book file is empty')
      return null
    }
    if (!isMap(contents)) {
      tell(label, 'the book file must be a group of settings such as "name: main"')
      return null
    }
    const root: Record<string, unknown> = document.toJS({ maxAliasCount: MAX_ALIASES })
    return { label, root, place: (path) => `${label}:${lines.linePos(offsetOf(contents, path, document)).line}` }
  } catch (error) {
    tell(label, faultOf(error))
    return null
  }
}

/** What the YAML reader throws on instead of telling: aliases that multiply. */
function faultOf(error: unknown): string {
  return error instanceof ReferenceError
    ? 'the book file repeats itself through too many aliases (*name)'
    : 'the book file could not be read as YAML'
}

function notYaml(message: string): string {
  return `the file is not valid YAML: ${(message.split('\n')[0] ?? '').slice(0, 120)}`
}

/** Names that stand twice in one group. The YAML reader's own check takes minutes on a group of many. */
function repeatedNames(document: ReturnType<typeof parseDocument>): { offset: number; problem: string }[] {
  const faults: { offset: number; problem: string }[] = []
  visit(document, {
    Map: (_key, { items }) => {
      const names = new Set<string>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        const name = String(key.value)
        if (names.has(name))
          faults.push({ offset: startOf(key) ?? 0, problem: `${shown(name)} stands twice in the same group; keep one of them` })
        names.add(name)
      }
    },
  })
  return faults
}

/** Where a setting starts in the text; where it is missing, where the thing around it starts. */
function offsetOf(root: ParsedNode, path: Path, document: ReturnType<typeof parseDocument>): number {
  let node: Node | null | undefined = root
  let offset = root.range[0]
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      if (pair === undefined) return offset
      offset = startOf(pair.key) ?? offset
      node = pair.value as Node | null
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key] as Node | undefined
      offset = startOf(node) ?? offset
    }
  }
  // A plain text stands where its value is; a group or list where its name is.
  return isScalar(node) && node.value !== '' ? (startOf(node) ?? offset) : offset
}

function startOf(node: unknown): number | undefined {
  return typeof node === 'object' && node !== null && 'range' in node ? (node as Node).range?.[0] : undefined
}

/**
 * Checks one part of a book file.
 *
 * @returns What the schema makes of it; null where it is left out, or does not fit, which is told with line and name.
 */
export function readPart<T extends z.ZodType>(book: BookFile, { path, value, schema }: Part<T>, tell: Tell): z.output<T> | null {
  if (value === undefined) return null
  const result = schema.safeParse(value)
  if (result.success) return result.data
  for (const issue of result.error.issues) {
    const full = [...path, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) tell(book.place([...full, key]), unknownSetting([...full, key], issue.message.split(' ')))
    } else {
      tell(book.place(full), `${nameOf(full)} ${issue.message}`)
    }
  }
  return null
}

/** A group at the top of the file by its names; empty where it is left out or no group, which is told. */
export function groupsIn(book: BookFile, key: string, tell: Tell): (readonly [string, unknown])[] {
  const value = book.root[key]
  if (value === undefined) return []
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value)
  tell(book.place([key]), `${key} must be a group of settings, one on each line`)
  return []
}

/** A part of the file, and what it must look like. */
export type Part<T extends z.ZodType> = { readonly path: Path; readonly value: unknown; readonly schema: T }

/** The sentence for a setting that does not exist. */
export function unknownSetting(path: Path, known: readonly string[]): string {
  const key = String(path.at(-1))
  const where = path.length > 1 ? ` of ${nameOf(path.slice(0, -1))}` : ''
  const hint = didYouMean(key, known)
  return `unknown setting ${shown(key)}${where}${hint === '' ? `; there are: ${known.join(', ')}` : hint}`
}

/** `loans[0].wallet`. */
export function nameOf(path: Path): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key).slice(0, 60)}`))
    .join('')
}
