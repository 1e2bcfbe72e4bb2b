import { constants, existsSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Config } from '../config.ts'
import { timeWords } from '../report/words.ts'
import type { Finding } from './finding.ts'
import { withHistory } from './openHistory.ts'
import type { World } from './world.ts'

/** Whether the history can be read and written; one that was not begun yet is not begun by being asked about. @throws StoreError */
export async function examineHistory(config: Config, world: World): Promise<Finding[]> {
  const { historyFile } = config.watch
  if (!existsSync(historyFile)) {
    const well = await writable(folderAbove(historyFile))
    return [{ well, text: `history: ${historyFile}, not begun yet, ${well ? 'can' : 'cannot'} be written` }]
  }
  const last = await withHistory(config, world, (store) => store.lastPass(config.book.name))
  const well = await writable(historyFile)
  const when = last === null ? 'no pass yet' : `last pass of ${timeWords(last.at)}`
  return [{ well, text: `history: ${historyFile}, ${when}, ${well ? 'can' : 'cannot'} be written` }]
}

/** The nearest folder above that is there. */
function folderAbove(path: string): string {
  const folder = dirname(path)
  return existsSync(folder) || folder === path ? folder : folderAbove(folder)
}

function writable(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  )
}
