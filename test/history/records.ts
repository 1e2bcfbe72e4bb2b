import type { Commit, DeliveryRecord, PassRecord } from '../../src/history/store.ts'

/** 22 November 2026, 13:40 UTC. */
export const NOON = Date.UTC(2026, 10, 22, 13, 40)
export const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]

/** A pass of two seconds, which ended at a time. */
export function aPass(id: string, at: number, other: Partial<PassRecord> = {}): PassRecord {
  return {
    id,
    book: 'main',
    startedAt: at - 2_000,
    at,
    grade: 'warning',
    complete: true,
    room: '-0.1967',
    atMost: null,
    health: '1.7698',
    marginRatio: '0.021',
    snapshot: '{"hullmark":"snapshot"}\n',
    view: '{"schemaVersion":1}',
    kind: 'look',
    ...other,
  }
}

/** An attempt that was told. */
export function aDelivery(messageId: string, at: number, other: Partial<DeliveryRecord> = {}): DeliveryRecord {
  return { messageId, channel: 'phone', about: 'room', at, outcome: 'told', reason: null, ...other }
}

/** All that a pass leaves behind. */
export function aCommit(pass: PassRecord | null, other: Partial<Commit> = {}): Commit {
  return { pass, memory: '{}', deliveries: [], ...other }
}
