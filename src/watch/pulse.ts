/** The dead-man's switch: who listens to it warns when it falls silent. No method throws, and none is waited for. */
export type Pulse = {
  readonly start: () => Promise<void>
  /** All was read, and whoever must hear of it can be reached. */
  readonly success: (note: string) => Promise<void>
  readonly fail: (reason: string) => Promise<void>
}

/** Where nobody listens. */
export const NO_PULSE: Pulse = { start: async () => undefined, success: async () => undefined, fail: async () => undefined }
