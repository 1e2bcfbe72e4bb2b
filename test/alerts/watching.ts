import { alertMessage } from '../../src/alerts/alertMessage.ts'
import type { AlertPost } from '../../src/alerts/alertPost.ts'
import { type Found, lookAt, type Pass } from '../../src/alerts/conditions.ts'
import { due } from '../../src/alerts/due.ts'
import { EMPTY_MEMORY, type Memory } from '../../src/alerts/memory.ts'
import { observe } from '../../src/alerts/observe.ts'
import { isAlert, type Outgoing } from '../../src/alerts/outgoing.ts'
import { DEFAULT_WEIGHTS, type Weights } from '../../src/alerts/policy.ts'
import type { Condition, Level } from '../../src/alerts/rule.ts'
import { sending } from '../../src/alerts/sending.ts'
import { stranded } from '../../src/alerts/stranded.ts'
import { type Failure, told } from '../../src/alerts/told.ts'
import type { Message } from '../../src/deliver/channel.ts'
import type { Hush } from '../../src/history/store.ts'
import { assess } from '../../src/risk/assess.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import { NOW } from '../support/books.ts'

/** The alerts on a clock that is an argument: what was found is put in, what is told comes out. */

export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

export function pass(snapshot: Snapshot): Pass {
  return { snapshot, view: assess(snapshot, DEFAULT_WEIGHTS.grades) }
}

/** What a pass finds where nothing is remembered. */
export function found(snapshot: Snapshot, over: Partial<Weights> = {}): Found {
  return lookAt(pass(snapshot), null, { ...DEFAULT_WEIGHTS, ...over })
}

/** What a pass finds after another one. */
export function foundAfter(before: Snapshot, now: Snapshot, over: Partial<Weights> = {}): Found {
  return lookAt(pass(now), found(before).stands, { ...DEFAULT_WEIGHTS, ...over })
}

export function aCondition(level: Level | null, over: Partial<Condition> = {}): Condition {
  return {
    rule: 'room',
    subject: '',
    level,
    what: 'futures 14.8 % from liquidation',
    figure: dec('-0.148'),
    kind: 'state',
    ...over,
  }
}

export const REFUSED: Failure = { reason: 'refused the connection', retryAfterMs: null, maybe: false, permanent: false }

/** A book under watch: every call happens at its clock, which moves only by `wait`. */
export class Watch {
  memory: Memory = EMPTY_MEMORY
  now = NOW
  hushes: readonly Hush[] = []
  readonly policy: Weights
  readonly channels: readonly string[]

  constructor(over: Partial<Weights> = {}, channels: readonly string[] = ['phone']) {
    this.policy = { ...DEFAULT_WEIGHTS, ...over }
    this.channels = channels
  }

  wait(ms: number): this {
    this.now += ms
    return this
  }

  hush(kind: Hush['kind'], ms: number, alert = '*'): this {
    const hush = { id: `h${this.hushes.length}`, book: 'main', kind, alert, at: this.now, until: this.now + ms, note: 'test' }
    this.hushes = [...this.hushes, hush]
    return this
  }

  /** One pass. */
  sees(conditions: readonly Condition[], unseen: (key: string) => boolean = () => false): this {
    this.memory = observe(this.memory, { conditions, unseen }, { now: this.now, policy: this.policy, hushes: this.open() })
    return this
  }

  due(): readonly Outgoing[] {
    return due(this.memory, { now: this.now, policy: this.policy, hushes: this.open(), channels: this.channels })
  }

  stranded(): readonly string[] {
    return stranded(this.memory, { now: this.now, policy: this.policy, hushes: this.open(), channels: this.channels })
  }

  begin(outgoing: Outgoing): this {
    this.memory = sending(this.memory, outgoing, this.now)
    return this
  }

  end(outgoing: Outgoing, outcome: 'told' | Failure): this {
    this.memory = told(this.memory, outgoing, { outcome, now: this.now, policy: this.policy })
    return this
  }

  /** Tries all that is due once. */
  tells(outcome: (outgoing: Outgoing) => 'told' | Failure = () => 'told'): readonly Outgoing[] {
    const all = this.due()
    for (const one of all) this.begin(one)
    for (const one of all) this.end(one, outcome(one))
    return all
  }

  /** The same, in few words. */
  hears(outcome: (outgoing: Outgoing) => 'told' | Failure = () => 'told'): string[] {
    return inWords(this.tells(outcome))
  }

  private open(): readonly Hush[] {
    return this.hushes.filter(({ until }) => until > this.now)
  }
}

/** `phone raised warning`, `phone digest`. */
export function inWords(all: readonly Outgoing[]): string[] {
  return all.map(({ channel, kind, news: [first] }) =>
    kind === 'digest' || first === undefined
      ? `${channel} ${kind}`
      : `${channel} ${first.why}${first.level === null ? '' : ` ${first.level}`}`,
  )
}

/** The message of an alert that is due. */
export function messageOf(outgoing: Outgoing | undefined, over: Partial<AlertPost> = {}): Message {
  if (outgoing === undefined || !isAlert(outgoing)) throw new Error('no alert is due')
  const detail = { amounts: true, addresses: true }
  return alertMessage(outgoing, {
    book: 'main',
    view: null,
    target: null,
    detail,
    withoutAddresses: (text) => text,
    now: NOW,
    ...over,
  })
}
