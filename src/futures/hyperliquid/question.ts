import type { Params } from '../ccxtClient.ts'
import type { Reader } from '../ccxtReader.ts'

/** Asks the info endpoint. @param tries - How often in all a passing fault is tried. Default: 3. */
export const question = (reader: Reader, type: string, more: Params = {}, tries?: number): Promise<unknown> =>
  reader.ask('publicPostInfo', { type, ...more }, tries)
