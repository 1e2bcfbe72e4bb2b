import { heardBy } from './heard.ts'
import { type Played, RANK, type Rank, worstOf } from './played.ts'
import { CHANNELS, type ChannelName, LENGTH_MS, type Span, START, type Trouble } from './story.ts'
import { truthsOf } from './truth.ts'

/**
 * Says what a watch did wrong, from what was so and what arrived. It shares no code with the watch, knows none of its memory, and
 * reckons with the promises of README and of the alerts' defaults alone, which stand here as plain figures.
 *
 * @returns One line a fault, with the hour of the story; none: all was as it had to be.
 */
export function judge(played: Played): readonly string[] {
  return [
    ...played.bugs.map((bug) => `a bug: ${bug.split('\n')[0]}`),
    ...CHANNELS.flatMap((name) => [
      ...unheard(played, name),
      ...calm(played, name),
      ...repeats(played, name),
      ...leftOver(played, name),
    ]),
    ...CHANNELS.flatMap((name) => [...quiet(played, name), ...digests(played, name)]),
    ...reports(played),
    ...pulses(played),
    ...rhythm(played),
    ...stored(played),
  ]
}

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000]
/** "A crossing is told within 70 s" of the look that sees it. */
const TOLD_WITHIN = 70 * SECOND
/** Tried again at the latest after so long, by what the channel did last. */
const RETRY: Readonly<Record<Trouble['kind'], number>> = {
  refuses: MINUTE,
  hangs: 5 * MINUTE,
  mute: 5 * MINUTE,
  'asks for a pause': 15 * MINUTE,
  revoked: HOUR,
}
const REPEAT: Readonly<Record<Rank, number>> = { 0: Number.POSITIVE_INFINITY, 1: 6 * HOUR, 2: 30 * MINUTE, 3: 10 * MINUTE }

const hours = (at: number): string => `${(at / HOUR).toFixed(3)} h`

/** Since when a channel could have been told whatever there was; `null`: it cannot now. */
function openSince({ story, lives }: Played, name: ChannelName, at: number): number | null {
  const life = lives.find(({ from, to }) => from <= at && at <= to)
  if (life === undefined) return null
  // The process before it may hold the book for 20 s, and then comes the first look.
  let since = life.from === 0 ? 0 : life.from + 25 * SECOND + story.lookMs
  for (const { from, to, kind } of story.channels[name]) {
    // What was begun while it was in trouble may take its time.
    if (from <= at && at < to) return null
    if (to <= at) since = Math.max(since, to + RETRY[kind] + 30 * SECOND)
  }
  for (const { at: stepped, ms } of story.steps) {
    if (stepped <= at && Math.abs(ms) > 0) since = Math.max(since, stepped + story.lookMs + MINUTE)
  }
  // A machine's sleep ends with a look.
  for (const { at: slept } of story.sleeps) if (slept <= at) since = Math.max(since, slept + story.lookMs)
  return since
}

/** Everything that must be heard of the room and of what cannot be read is heard, and heard again in time. */
function unheard(played: Played, name: ChannelName): string[] {
  const { story } = played
  const faults: string[] = []
  const heard = heardBy(played, name)
  const truths = truthsOf(played)
  for (const about of ['room', 'gap'] as const) {
    let owedSince: number | null = null
    for (const [i, truth] of truths.entries()) {
      const must = truth.must[about]
      const next = truths[i + 1]?.at ?? LENGTH_MS
      // Judged at the end of the time in which it may be told, before the next look says otherwise.
      const at = Math.min(next, truth.at + TOLD_WITHIN)
      const open = openSince(played, name, at)
      const known = heard.at(about, at)
      const covered = coveredAt(played, about, { at, rank: must })
      if (must === 0 || covered || open === null || at >= LENGTH_MS) {
        owedSince = null
        continue
      }
      const behind = known.rank < must
      const late = !behind && at - known.at > REPEAT[must] + story.lookMs + 3 * MINUTE
      if (!behind && !late) {
        owedSince = null
        continue
      }
      owedSince = Math.max(owedSince ?? truth.at, open)
      const stepped =
        story.steps.some((step) => step.at > known.at && step.at <= at) ||
        story.sleeps.some((one) => one.at > known.at && one.at <= at)
      if (late && stepped) continue
      if (at - owedSince >= TOLD_WITHIN - SECOND)
        faults.push(
          `${hours(at)} ${name}: ${about} is at ${RANK[must]}, and ${behind ? `${RANK[known.rank]} was heard last` : 'it was not repeated'}`,
        )
    }
  }
  return faults.slice(0, 2)
}

/** Whether somebody chose to hear nothing of it: a silence of anything but death, an acknowledgement of what had been heard. */
function coveredAt(played: Played, about: 'room' | 'gap', { at, rank }: { at: number; rank: Rank }): boolean {
  const wall = wallAt(played, at)
  const grace = played.story.lookMs + MINUTE
  return played.hushes.some((hush) => {
    // A hush is read with each look, and its end acted on at the next one.
    const active = hush.at <= wall + grace && wall < hush.until + grace
    const names = hush.alert === '*' || hush.alert === about
    if (!active || !names) return false
    if (hush.kind === 'silence') return rank < 3
    // The time of day may have come twice; the story knows when it was.
    const then = played.story.hushes[Number(hush.id.split(' ')[1])]?.at ?? 0
    const best = CHANNELS.reduce<Rank>((most, one) => worstOf(most, heardBy(played, one).at(about, then).rank), 0)
    // Whoever had not heard it is not told of it either.
    return rank <= best && !roseSince(played, about, { then, at })
  })
}

/** Whether it became worse again after somebody said that they know. */
function roseSince(played: Played, about: 'room' | 'gap', { then, at }: { then: number; at: number }): boolean {
  const after = truthsOf(played).filter((truth) => truth.at > then && truth.at <= at)
  return after.some((truth, i) => i > 0 && truth.must[about] > (after[i - 1]?.must[about] ?? 0))
}

/** Nothing sounds better than it is: over only after it was told, and after two looks in a row that showed it. */
function calm(played: Played, name: ChannelName): string[] {
  const faults: string[] = []
  const truths = truthsOf(played)
  const heard = heardBy(played, name)
  for (const about of ['room', 'gap'] as const) {
    for (const change of heard.changes(about)) {
      const past = truths.filter(({ at }) => at <= change.at)
      const least = past.at(-1)?.keeps[about] ?? 0
      if (change.rank < change.before && change.rank < least)
        faults.push(`${hours(change.at)} ${name}: ${about} was told to be ${RANK[change.rank]}, and it is ${RANK[least]}`)
      if (change.rank === 0 && change.before === 0 && !change.again && !delayed(played, name, change.at))
        faults.push(`${hours(change.at)} ${name}: ${about} was told to be over, and was never told`)
      const most = past.slice(-4).reduce<Rank>((worst, truth) => worstOf(worst, truth.keeps[about], truth.may[about]), 0)
      // What is told to be over says nothing of what else stood.
      const claims = change.why !== 'repeated' && change.why !== 'stands' && change.why !== 'resolved'
      if (change.rank > most && claims && !delayed(played, name, change.at))
        faults.push(`${hours(change.at)} ${name}: ${about} was told to be ${RANK[change.rank]}, and was ${RANK[most]} at most`)
    }
  }
  return faults.slice(0, 2)
}

/** A channel in trouble, or with a killed process behind it, is told what stood when its message was made. */
function delayed({ story, lives }: Played, name: ChannelName, at: number): boolean {
  return (
    within(story.channels[name], at - HOUR, at) || lives.some((life) => life.from > 0 && life.from > at - HOUR && life.from <= at)
  )
}

function within(spans: readonly Span[], from: number, to: number): boolean {
  return spans.some((span) => span.from <= to && span.to >= from)
}

/** One answer that was heard is enough; whatever may have arrived before is marked. */
function repeats(played: Played, name: ChannelName): string[] {
  const { arrivals, attempts, lives } = played
  const faults: string[] = []
  const own = arrivals.filter(({ channel }) => channel === name)
  for (const [i, arrival] of own.entries()) {
    const earlier = own.slice(0, i).filter(({ id }) => id === arrival.id)
    const { again, title } = arrival.message
    if (again !== title.endsWith('(again)')) faults.push(`${hours(arrival.at)} ${name}: "${title}" is marked in one place only`)
    if (earlier.length > 0 && !again && !forgotten(played, earlier.at(-1)?.at ?? 0, arrival.at))
      faults.push(`${hours(arrival.at)} ${name}: "${title}" arrived before, and is not marked`)
    // Whoever starts after a kill cannot know which of the messages that were on their way were tried.
    const killed = lives.some(({ kind, to }) => kind.startsWith('killed') && to < arrival.at && to > arrival.at - 4 * HOUR)
    if (again && !killed && !attempts.some((one) => one.channel === name && one.id === arrival.id && one.at < arrival.at))
      faults.push(`${hours(arrival.at)} ${name}: "${title}" is marked, and was never tried before`)
    const answered = earlier.find((one) => one.answeredAt !== null)
    if (answered !== undefined && !forgotten(played, answered.at, arrival.at))
      faults.push(`${hours(arrival.at)} ${name}: "${title}" was taken at ${hours(answered.at)} already`)
  }
  return faults.slice(0, 2)
}

/** A process that died before its disk had taken what it told, or whose disk took nothing, cannot have left it behind. */
function forgotten({ lives, story }: Played, then: number, now: number): boolean {
  return lives.some(({ to }) => to >= then && to <= now && (to - then < 5 * SECOND || within(story.store, then, to)))
}

/** At the end, all quiet for hours: what was told is told to be over, on every channel. None is lost. */
function leftOver(played: Played, name: ChannelName): string[] {
  const heard = heardBy(played, name)
  const left = heard.standing().filter(({ at }) => !forgotten(played, at, LENGTH_MS - 1))
  return left.map(({ key }) => `the end ${name}: ${key} was never told to be over`)
}

/** Who silenced it hears nothing of it meanwhile, but of what can be liquidated now. */
function quiet(played: Played, name: ChannelName): string[] {
  const { hushes, story } = played
  const silences = hushes.filter(({ kind }) => kind === 'silence')
  return heardBy(played, name)
    .changes('room')
    .filter(({ rank, why, wall, at }) => {
      const asleep = [...story.steps, ...story.sleeps].some((one) => Math.abs(one.at - at) < 30 * MINUTE)
      const hushed = silences.some((hush) => wall > hush.at + story.lookMs + 2 * MINUTE && wall < hush.until)
      return hushed && !asleep && rank < 3 && rank > 0 && why !== 'stands' && !within(story.store, at - HOUR, at)
    })
    .map(({ at, rank }) => `${hours(at)} ${name}: room is silenced, and was told to be ${RANK[rank]}`)
    .slice(0, 2)
}

/** A channel that was away for long is told how things stand in one message, not in one for each that it missed. */
function digests({ story, arrivals, seen }: Played, name: ChannelName): string[] {
  return story.channels[name].flatMap(({ from, to, kind }) => {
    if (kind !== 'refuses' || to - from < 30 * MINUTE) return []
    const own = arrivals.filter((one) => one.channel === name && one.at >= to && one.message.kind !== 'report')
    // What the next look finds is no backlog.
    const look = seen.find(({ at }) => at >= to)?.at ?? Number.POSITIVE_INFINITY
    const first = own.filter(({ at }) => at < Math.min(to + 70 * SECOND, look))
    return first.length > 3 ? [`${hours(to)} ${name}: ${first.length} messages at once after it was away`] : []
  })
}

/** One report for each time that it is due, and the last one is on every channel. */
function reports(played: Played): string[] {
  const { arrivals, story, lives, log } = played
  const ids = new Set(arrivals.filter(({ message }) => message.kind === 'report').map(({ id }) => id))
  // Midnight to midnight three times: 08:00 thrice. What a process lost with its disk it makes again.
  const excused = lives.filter(
    ({ to }) => within(story.store, to - HOUR, to) || log.some((one) => one.at > to - MINUTE && one.at <= to),
  ).length
  const faults: string[] = []
  if (ids.size > 3 + excused + story.sleeps.length) faults.push(`${ids.size} reports in three days`)
  for (const day of [0, 1, 2]) {
    const due = START + day * 24 * HOUR + 8 * HOUR
    const made = arrivals.some(({ message, wall }) => message.kind === 'report' && wall >= due && wall < due + 24 * HOUR)
    if (!made) faults.push(`no report of day ${day + 1} arrived anywhere`)
  }
  return faults
}

/** No pulse of success without everything read; none missing. */
function pulses({ seen, pings, lives }: Played): string[] {
  const faults: string[] = []
  for (const [i, one] of seen.entries()) {
    const life = lives[one.life]
    const next = seen[i + 1]
    const until = next !== undefined && next.life === one.life ? next.from : Math.min(life?.to ?? LENGTH_MS, LENGTH_MS)
    const own = pings.filter(({ at, life: of, kind }) => of === one.life && at >= one.at && at < until && kind !== 'start')
    if (one.outage !== null && own.some(({ kind }) => kind === 'success'))
      faults.push(`${hours(one.at)} success, and not all was read`)
    if (own.length === 0 && until - one.at > 70 * SECOND) faults.push(`${hours(one.at)} a pass without a pulse`)
  }
  return faults.slice(0, 2)
}

/** Passes come on time, whatever hangs. */
function rhythm({ seen, story }: Played): string[] {
  return seen
    .flatMap((one, i) => {
      const before = seen[i - 1]
      if (before === undefined || before.life !== one.life) return []
      const gap = one.from - before.from
      return gap > story.lookMs + 7 * SECOND ? [`${hours(one.from)} the next pass came after ${Math.round(gap / SECOND)} s`] : []
    })
    .slice(0, 2)
}

/** What was said to be stored is stored. */
function stored({ log, passes }: Played): string[] {
  const said = log.filter(({ line }) => line.endsWith(', stored')).length
  return said > passes.length ? [`${said} passes were told as stored, and ${passes.length} are`] : []
}

function wallAt({ story }: Played, at: number): number {
  const moved = [...story.steps, ...story.sleeps].filter((one) => one.at <= at).reduce((sum, { ms }) => sum + ms, 0)
  return START + at + moved
}
