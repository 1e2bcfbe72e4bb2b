import { Cron } from 'croner'

/** When reports are due. */
export type Schedule = {
  /** Cron texts of five fields, or `@daily` and the like. A report is due when any of them is. */
  readonly reports: readonly string[]
  /** An IANA name: `Europe/Berlin`. */
  readonly timeZone: string
  /** The longest time between two looks at the prices, from start to start, milliseconds. */
  readonly lookMs: number
}

/** A report each morning, and a look each minute: a critical crossing is told within 70 s. @see RELIABILITY "Goals" */
export const DEFAULT_SCHEDULE: Schedule = { reports: ['0 8 * * *'], timeZone: 'UTC', lookMs: 60_000 }

/**
 * The first time after a moment at which a report is due, milliseconds since 1970. A time that the change to summer time leaves out
 * comes at the moment of the change; one that comes twice comes once.
 *
 * @returns null: never again.
 */
export function nextReport({ reports, timeZone }: Schedule, after: number): number | null {
  const times = reports.flatMap((text) => {
    const next = cronOf(text, timeZone).nextRun(new Date(after))
    return next === null ? [] : [next.getTime()]
  })
  return times.length === 0 ? null : Math.min(...times)
}

/** What is wrong with a cron text, as it follows the name of the setting; null: nothing. */
export function cronProblem(text: string): string | null {
  try {
    if (cronOf(text, 'UTC').nextRun(new Date()) !== null) return null
    return 'names a day that never comes'
  } catch {
    return 'is no cron text; write five fields (minute, hour, day, month, weekday), as "0 8 * * *" for 08:00 each day'
  }
}

/** Whether the machine knows a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function cronOf(text: string, timezone: string): Cron {
  // Paused: only the reckoning is wanted; when to run is for the loop, which has a deadline for each pass.
  return new Cron(text, { timezone, paused: true, mode: '5-part' })
}
