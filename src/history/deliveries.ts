import type { CompiledQuery } from 'kysely'
import { nextNumber, PAGE, type Place } from './passes.ts'
import type { Queries } from './schema.ts'
import type { Step } from './sqlDatabase.ts'
import type { DeliveryRecord } from './store.ts'

/** An attempt as its row has it. */
export type DeliveryRow = {
  readonly number: number
  readonly message: string
  readonly channel: string
  readonly about: string
  readonly at: number
  readonly outcome: DeliveryRecord['outcome']
  readonly reason: string | null
}

/** What stores attempts, in their order. One that is stored already stays as it is: a commit may be tried again. */
export function deliverySteps(queries: Queries, book: string, deliveries: readonly DeliveryRecord[]): readonly Step[] {
  return deliveries.map(({ messageId, channel, about, at, outcome, reason }) => ({
    query: queries
      .insertInto('delivery')
      .values({ book, number: nextNumber('delivery', book), message: messageId, channel, about, at, outcome, reason })
      .onConflict((c) => c.columns(['book', 'message', 'channel', 'at', 'outcome']).doNothing())
      .compile(),
  }))
}

/** The next page of a range, oldest first, and as written where the times are equal. */
export function deliveryPage(queries: Queries, book: string, place: Place): CompiledQuery<DeliveryRow> {
  return queries
    .selectFrom('delivery')
    .select(['number', 'message', 'channel', 'about', 'at', 'outcome', 'reason'])
    .where('book', '=', book)
    .where('at', '>=', place.at)
    .where('at', '<=', place.to)
    .where((e) => e.or([e('at', '>', place.at), e('number', '>', place.number)]))
    .orderBy('at')
    .orderBy('number')
    .limit(PAGE)
    .compile()
}

/** An attempt as the store tells it. */
export function recordOf({ number, message, ...row }: DeliveryRow): DeliveryRecord {
  return { messageId: message, ...row }
}
