import { existsSync, renameSync } from 'node:fs'
import { COMPANIONS, type Identity, identityOf, isSame } from './ownerOnly.ts'

/**
 * Moves a broken file out of the way under a name of its own; nothing is overwritten. Its journal goes first: beside a new file it
 * would be taken for that file's own.
 *
 * @param found - The file that was seen to be broken: one that another process has put in its place since stays.
 * @param now - Milliseconds since 1970.
 * @returns Where it is now; null: it was not there any more.
 */
export function setAside(path: string, found: Identity, now: number): string | null {
  if (!isSame(identityOf(path), found)) return null
  const aside = freeName(`${path}.corrupt-${stamp(now)}`)
  for (const companion of COMPANIONS) {
    if (existsSync(`${path}${companion}`)) renameSync(`${path}${companion}`, `${aside}${companion}`)
  }
  renameSync(path, aside)
  return aside
}

/** `20261122T134000Z` */
function stamp(now: number): string {
  return new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

function freeName(name: string): string {
  if (!existsSync(name)) return name
  let count = 2
  while (existsSync(`${name}-${count}`)) count++
  return `${name}-${count}`
}
