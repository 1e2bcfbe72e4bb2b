import type { Store } from '../history/store.ts'

/** The same store, into which no known secret is written: a venue that echoes a key must not bring it into the history. */
export function scrubbedStore(store: Store, scrub: (text: string) => string): Store {
  return {
    ...store,
    commit: (book, { pass, memory, deliveries }) =>
      store.commit(book, {
        pass: pass === null ? null : { ...pass, snapshot: scrub(pass.snapshot), view: scrub(pass.view) },
        memory: memory === null ? null : scrub(memory),
        deliveries: deliveries.map(({ messageId, about, reason, ...one }) => ({
          ...{ ...one, messageId: scrub(messageId), about: scrub(about), reason: reason === null ? null : scrub(reason) },
        })),
      }),
    hush: (hush) => store.hush({ ...hush, note: scrub(hush.note) }),
  }
}
