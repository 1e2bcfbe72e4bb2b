import { readFileSync } from 'node:fs'

/** The package's version, from its own package.json: `src/commands` here, `dist/src/commands` when published. */
export const VERSION: string = ((): string => {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as {
        name?: string
        version?: string
      }
      if (name === 'hullmark' && version !== undefined) return version
    } catch {
      // Not there: it is at the other place.
    }
  }
  return 'unknown'
})()
