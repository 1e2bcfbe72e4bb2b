import { alertMessage } from '../alerts/alertMessage.ts'
import { isAlert, type Outgoing } from '../alerts/outgoing.ts'
import type { Clock } from '../clock.ts'
import type { ChannelSettings, Message } from '../deliver/channel.ts'
import { assess } from '../risk/assess.ts'
import type { Changes } from '../risk/changes.ts'
import type { Findings } from '../risk/findings.ts'
import { outlookOf } from '../risk/outlook.ts'
import type { RiskView } from '../risk/view.ts'
import type { PatientStore } from './patientStore.ts'
import { reportMessage } from './reportMessage.ts'
import { storedSnapshot } from './storedSnapshot.ts'
import { testMessage } from './testMessage.ts'
import type { Watched } from './watched.ts'
import { withoutAddresses } from './withoutAddresses.ts'

/** A report that was made, under the name by which it is sent. */
export type Report = { readonly id: string; readonly findings: Findings; readonly changes: Changes | undefined }

/** What is known when a message is worded. */
export type Known = { readonly view: RiskView | null; readonly report: Report | null }

type WordingTools = { readonly clock: Clock; readonly store: PatientStore; readonly onBug: (error: unknown) => void }

/** @param at - When its figures were read: another report's figures may not go out under this one's name. */
export function reportId(at: number): string {
  return `report.${at.toString(36)}`
}

/**
 * Puts what is due into words, for the eyes of one channel.
 *
 * @returns A function that gives null where nothing can be said any more: a report that the history no longer holds; and `later` where
 *   the history did not answer.
 */
export function wording(book: Watched, { clock, store, onBug }: WordingTools) {
  return async (out: Outgoing, channel: ChannelSettings, known: Known): Promise<Message | null | 'later'> => {
    const message = await messageOf(out, channel, known)
    if (message === null || message === 'later') return message
    return { ...message, title: out.again ? `${message.title} (again)` : message.title, again: out.again }
  }

  async function messageOf(
    out: Outgoing,
    { detail }: ChannelSettings,
    { view, report }: Known,
  ): Promise<Message | null | 'later'> {
    const { aliases, banners } = book
    const id = `${book.name}.${out.id}`
    if (out.kind === 'report') {
      const made = report?.id === out.id ? report : await lastReport(out.id)
      return made === null || made === 'later' ? made : reportMessage(made, { id, banners, aliases, detail })
    }
    if (out.kind === 'test') return testMessage({ id, book: book.name, now: clock.now() })
    if (!isAlert(out)) return null
    return alertMessage(out, {
      ...{ book: book.name, view, detail, now: clock.now() },
      target: report !== null && report.findings.view === view ? report.findings.outlook.target : null,
      withoutAddresses: (text) => withoutAddresses(text, aliases),
    })
  }

  /** A report that a process before this one made and could not send. */
  async function lastReport(id: string): Promise<Report | null | 'later'> {
    const found = await store.ask((open) => open.lastPass(book.name, 'report'))
    // A store that is slow for once is asked again with the next attempt.
    if (!found.ok) return 'later'
    const pass = found.value
    const snapshot = pass !== null && reportId(pass.at) === id ? storedSnapshot(pass) : null
    if (snapshot === null) return null
    const view = assess(snapshot, book.policy, onBug)
    const outlook = outlookOf(snapshot, view, { ...book, nextReport: book.nextReportAfter?.(view.at), onBug })
    return { id, findings: { view, outlook }, changes: undefined }
  }
}
