import type { Detail } from '../deliver/channel.ts'
import type { Target } from '../risk/target.ts'
import type { RiskView } from '../risk/view.ts'

/** What an alert's message is made of besides itself. */
export type AlertPost = {
  readonly book: string
  /** The book as it stands; null: no pass was made since the program began. */
  readonly view: RiskView | null
  /** What it takes to get back over the limit (`Outlook.target`); null: not known, so nothing is said of it. */
  readonly target: Target | null
  readonly detail: Detail
  /** Takes the addresses out of a text, for channels that may not see them. */
  readonly withoutAddresses: (text: string) => string
  /** Milliseconds since 1970. */
  readonly now: number
}
