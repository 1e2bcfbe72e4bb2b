import { type BookFile, groupsIn, nameOf, readPart, unknownSetting } from './bookFile.ts'
import * as schema from './bookSchema.ts'
import { didYouMean, shown, type Tell } from './sentence.ts'
import type { ChannelDraft, ChannelKinds } from './watchDraft.ts'

/** What every channel has, whatever its kind. */
const COMMON = ['kind', 'amounts', 'addresses', 'reports']

/** The channels of a book file, by their names. */
export function fileChannels(book: BookFile, kinds: ChannelKinds, tell: Tell): readonly ChannelDraft[] {
  return groupsIn(book, 'channels', tell).flatMap(([name, value]) => channelDraft(book, name, { value, kinds, tell }))
}

type Written = { readonly value: unknown; readonly kinds: ChannelKinds; readonly tell: Tell }

function channelDraft(book: BookFile, name: string, { value, kinds, tell }: Written): ChannelDraft[] {
  const path = ['channels', name]
  const place = book.place(path)
  if (!schema.bookName.safeParse(name).success) {
    tell(place, `channels: ${shown(name)} must be made of letters, digits, - and _, 40 at most`)
    return []
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    tell(place, `${nameOf(path)} must be a group of settings, one on each line`)
    return []
  }
  const written = value as Readonly<Record<string, unknown>>
  const { kind } = written
  const known = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (typeof kind !== 'string' || known === undefined) {
    const names = Object.keys(kinds)
    const hint = typeof kind === 'string' ? didYouMean(kind, names) : ''
    const what = typeof kind === 'string' ? `unknown kind of channel ${shown(kind)}` : `${nameOf(path)}.kind is missing`
    tell(book.place([...path, 'kind']), `${what}${hint === '' ? '.' : hint} Known are ${names.join(', ')}`)
    return []
  }
  const texts: Record<string, string> = {}
  const variables: Record<string, string> = {}
  for (const [setting, given] of Object.entries(written)) {
    if (COMMON.includes(setting)) continue
    const own = Object.hasOwn(known.settings, setting) ? known.settings[setting] : undefined
    if (own === undefined)
      tell(book.place([...path, setting]), unknownSetting([...path, setting], [...COMMON, ...Object.keys(known.settings)]))
    else if (own.secret) {
      const variable = readPart(book, { path: [...path, setting], value: given, schema: schema.channelVariable }, tell)
      if (variable !== null) variables[setting] = variable
    } else {
      const text = readPart(book, { path: [...path, setting], value: given, schema: schema.channelText }, tell)
      if (text !== null) texts[setting] = text
    }
  }
  const { amounts, addresses, reports } = written
  const common = readPart(book, { path, value: { amounts, addresses, reports }, schema: schema.channelDetail }, tell)
  for (const [setting, { required, what }] of Object.entries(known.settings)) {
    if (required && written[setting] === undefined) tell(place, `${nameOf(path)}.${setting} is missing: ${what}`)
  }
  return [
    {
      place,
      name,
      kind,
      detail: { amounts: common?.amounts ?? true, addresses: common?.addresses ?? false },
      reports: common?.reports ?? true,
      texts,
      variables,
    },
  ]
}
