import type { z } from 'zod'
import { DEFAULT_SCHEDULE, isTimeZone, type Schedule } from '../schedule.ts'
import { readAddress } from './address.ts'
import { type BookFile, groupsIn, type Path, readPart } from './bookFile.ts'
import * as schema from './bookSchema.ts'
import { fileAlerts } from './fileAlerts.ts'
import { fileChannels } from './fileChannels.ts'
import { shown, type Tell } from './sentence.ts'
import { type ChannelKinds, DEFAULT_KEEP_MS, type WatchDraft } from './watchDraft.ts'

type Around = { readonly kinds: ChannelKinds; readonly passMs: number; readonly tell: Tell }

/** What a book file says of running by itself: when, where to, and what is kept. */
export function fileWatch(book: BookFile, { kinds, passMs, tell }: Around): WatchDraft {
  const part = <T extends z.ZodType>(path: Path, of: T) =>
    readPart(book, { path, value: book.root[String(path[0])], schema: of }, tell)
  const history = part(['history'], schema.history)
  const ping = part(['ping'], schema.ping)
  const schedule = part(['schedule'], schema.schedule)
  return {
    schedule: scheduleOf(book, schedule, { passMs, tell }),
    scheduled: schedule !== null,
    alerts: fileAlerts(book, tell),
    channels: fileChannels(book, kinds, tell),
    historyFile: history?.file ?? null,
    keepMs: history?.keep ?? DEFAULT_KEEP_MS,
    ping: ping === null ? null : { place: book.place(['ping', 'url']), kind: ping.kind ?? 'healthchecks', variable: ping.url },
    aliases: new Map(groupsIn(book, 'aliases', tell).flatMap(([address, name]) => aliasOf(book, address, { name, tell }))),
  }
}

function scheduleOf(
  book: BookFile,
  given: z.output<typeof schema.schedule> | null,
  { passMs, tell }: Omit<Around, 'kinds'>,
): Schedule {
  const timeZone = given?.timeZone ?? DEFAULT_SCHEDULE.timeZone
  if (!isTimeZone(timeZone))
    tell(book.place(['schedule', 'timeZone']), `schedule.timeZone ${shown(timeZone)} is not known; write it as Europe/Berlin`)
  const lookMs = given?.look ?? Math.max(DEFAULT_SCHEDULE.lookMs, passMs)
  // A pass that may last longer than the time between two would be cut while it still does what it should.
  if (lookMs < passMs)
    tell(book.place(['schedule', 'look']), `schedule.look (${lookMs} ms) may not be shorter than deadlines.pass (${passMs} ms)`)
  return { reports: given?.reports ?? DEFAULT_SCHEDULE.reports, timeZone, lookMs }
}

type Alias = { readonly name: unknown; readonly tell: Tell }

function aliasOf(book: BookFile, address: string, { name, tell }: Alias): (readonly [string, string])[] {
  const path = ['aliases', address]
  const read = readAddress(address)
  if (!read.ok) tell(book.place(path), `aliases: ${read.problem}`)
  const title = readPart(book, { path, value: name, schema: schema.title }, tell)
  return read.ok && title !== null ? [[read.address.toLowerCase(), title]] : []
}
