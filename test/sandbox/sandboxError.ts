import { TrackerError } from '../../src/errors.ts'

/** The sandbox could not be set up or refuses what was asked of it. */
export class SandboxError extends TrackerError {
  readonly code = 'sandbox'

  constructor(message: string, hint: string, cause?: unknown) {
    super(message, { hint, cause })
  }
}
