import type { RoomChange, RoomParts, RoomSide, Unexplained } from '../risk/roomChange.ts'
import { moveWords, pointsWords } from './words.ts'

const WHY_NOT: Readonly<Record<Unexplained, string>> = {
  before: 'why is not known, for the room before is not',
  now: 'why is not known, for the room now is not',
  both: 'why is not known, for neither room is',
  venue: "why is not known, for a venue's own figure decides it, and not ours",
  between: 'why is not known, for a price that is needed to tell is missing',
}

/** "was -21.0 %, is -19.6 % (-1.5 points): price -1.3, interest -0.20, position 0, parameters 0". */
export function roomChangeWords({ before, now, whole, parts, unexplained }: RoomChange): string {
  const points = whole === null ? '' : ` (${pointsWords(whole)} points${mirrored(before, now)})`
  const why = parts === null ? WHY_NOT[unexplained ?? 'between'] : partsWords(parts)
  return `was ${sideWords(before)}, is ${sideWords(now)}${points}: ${why}`
}

function sideWords({ known, move, atMost }: RoomSide): string {
  if (known) return move === null ? 'without a trigger' : moveWords(move)
  return atMost === null ? 'not known' : `not known, ${moveWords(atMost)} at most`
}

function mirrored(...sides: readonly RoomSide[]): string {
  return sides.some(({ move }) => move?.gt(0)) ? ' of the fall that is as far' : ''
}

function partsWords({ price, interest, position, unsplit, parameters }: RoomParts): string {
  const middle =
    interest === null || position === null
      ? `interest and position together ${unsplit === null ? 'not known' : pointsWords(unsplit)} (not every rate was read)`
      : `interest ${pointsWords(interest)}, position ${pointsWords(position)}`
  return `price ${pointsWords(price)}, ${middle}, parameters ${pointsWords(parameters)}`
}
