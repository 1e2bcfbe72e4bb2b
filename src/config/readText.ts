import { readFileSync, type Stats, statSync } from 'node:fs'
import { platform } from 'node:os'

/** A small text file, or one sentence on why there is none; the sentence follows the file's name. */
export type TextFile =
  | {
      readonly ok: true
      readonly text: string /** `644`, where others than the owner may read it; null: they may not. */
      readonly openMode: string | null
    }
  | { readonly ok: false; readonly missing: boolean; readonly problem: string }

/** The mode bits of a file that let anybody but its owner do anything with it. */
const OTHERS = 0o077

/**
 * Reads a whole small file as UTF-8. Never throws; never waits on a pipe or device.
 *
 * @param maxBytes - A larger file is not read at all.
 */
export function readText(path: string, maxBytes: number): TextFile {
  try {
    const stats = statSync(path)
    if (stats.isDirectory()) return no('is a folder; a file is needed')
    if (!stats.isFile()) return no('is not a plain file')
    if (stats.size > maxBytes) return no(`is larger than ${maxBytes >= 1e6 ? `${maxBytes / 1e6} MB` : `${maxBytes / 1e3} kB`}`)
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
    return text.includes('\0') ? no('is not text') : { ok: true, text, openMode: openMode(stats) }
  } catch (error) {
    return no(...reasonOf(error))
  }
}

function no(problem: string, missing = false): TextFile {
  return { ok: false, missing, problem }
}

function openMode({ mode }: Stats): string | null {
  // Windows tells no such bits: they would read as open to everybody.
  return platform() === 'win32' || (mode & OTHERS) === 0 ? null : (mode & 0o777).toString(8)
}

function reasonOf(error: unknown): [problem: string, missing?: boolean] {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return ['does not exist', true]
  if (code === 'EACCES' || code === 'EPERM') return ['may not be read by this user']
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return ['is not text in UTF-8; save it as UTF-8']
  return [`could not be read (${String(code)})`]
}
