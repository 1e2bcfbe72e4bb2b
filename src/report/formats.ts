import type { Format } from './format.ts'
import { json } from './json.ts'
import { markdown } from './markdown.ts'
import { terminal } from './terminal.ts'

/** Every format by its name: the values of `--format`. */
export const FORMATS = { terminal, json, markdown } as const satisfies Record<string, Format>

export type FormatName = keyof typeof FORMATS
