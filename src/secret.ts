import { inspect } from 'node:util'

const values = new WeakMap<Secret, string>()

/** A text that must not be printed. Shows as `[secret]` however it is written out; `reveal` is for the wire alone. */
export class Secret {
  constructor(value: string) {
    values.set(this, value)
  }

  /** The text itself, for signing and for headers. */
  reveal(): string {
    return values.get(this) as string
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}
