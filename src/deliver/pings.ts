import { withinDeadline } from '../deadline.ts'
import { DeliveryError, TrackerError } from '../errors.ts'
import { plain } from '../report/words.ts'
import type { Secret } from '../secret.ts'

/** Where the dead-man's switch listens, and in which tongue. */
export type PingSettings = { readonly kind: 'healthchecks' | 'uptime-kuma'; readonly url: Secret }

/** The pings. None throws; what does not work is a line for the log. */
export type Pinger = {
  readonly start: () => Promise<void>
  readonly success: (note: string) => Promise<void>
  readonly fail: (reason: string) => Promise<void>
}

/** What pings may use of the world. */
export type PingTools = {
  readonly fetch: typeof fetch
  readonly scrub: (text: string) => string
  readonly log: (line: string) => void
}

type Ping = 'start' | 'success' | 'fail'

/** One ping and its repeat must fit into the time between two looks. */
const PING_MS = 5_000
const MOST_TEXT = 1_000

/**
 * The dead-man's switch: whoever listens to it warns when it falls silent. healthchecks answers 200 to pings that count for nothing, too.
 *
 * @see https://healthchecks.io/docs/http_api/ and Uptime Kuma's push monitor
 */
export function pinger({ kind, url }: PingSettings, { fetch, scrub, log }: PingTools): Pinger {
  async function once(ping: Ping, text: string): Promise<string | null> {
    try {
      const { to, body } = kind === 'healthchecks' ? healthchecks(url, ping, text) : uptimeKuma(url, ping, text)
      return await withinDeadline(PING_MS, [], (signal) =>
        Promise.race([fetch(to, { method: body === null ? 'GET' : 'POST', body, signal }).then(faultIn), late(signal)]),
      )
    } catch (error) {
      if (error instanceof DeliveryError) return error.what
      return error instanceof TrackerError && 'what' in error ? String(error.what) : 'could not be reached'
    }
  }

  async function tell(ping: Ping, text: string): Promise<void> {
    const clean = scrub(plain(text, MOST_TEXT))
    // Silence raises an alarm at the other end: a single lost packet should not.
    const fault = (await once(ping, clean)) === null ? null : await once(ping, clean)
    if (fault !== null) log(`ping: ${ping} was not heard: the dead-man's switch ${fault}`)
  }

  return {
    // Uptime Kuma knows no beginning.
    start: async () => (kind === 'healthchecks' ? tell('start', '') : undefined),
    success: (note) => tell('success', note),
    fail: (reason) => tell('fail', reason),
  }
}

/** What keeps a ping from counting although it was answered; null: nothing. */
async function faultIn(answer: Response): Promise<string | null> {
  if (!answer.ok) return `answered ${answer.status}`
  const said = await answer.text()
  if (/^\s*OK \((not found|rate limited)\)/i.test(said)) return said.includes('not') ? 'knows no such check' : 'asks us to wait'
  return /"ok"\s*:\s*false/.test(said) ? 'refused it' : null
}

type Request = { readonly to: string; readonly body: string | null }

function healthchecks(url: Secret, ping: Ping, text: string): Request {
  const base = new URL(url.reveal())
  base.pathname = `${base.pathname.replace(/\/$/, '')}${ping === 'success' ? '' : `/${ping}`}`
  return { to: base.href, body: text }
}

function uptimeKuma(url: Secret, ping: Ping, text: string): Request {
  const base = new URL(url.reveal())
  base.searchParams.set('status', ping === 'fail' ? 'down' : 'up')
  base.searchParams.set('msg', text === '' ? 'OK' : text.slice(0, 250))
  base.searchParams.set('ping', '')
  return { to: base.href, body: null }
}

function late(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new DeliveryError('ping', 'did not answer in time')), { once: true })
  })
}
