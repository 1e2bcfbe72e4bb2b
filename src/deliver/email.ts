import { createHash } from 'node:crypto'
import { z } from 'zod'
import { DeliveryError } from '../errors.ts'
import { Secret } from '../secret.ts'
import type { Channel, Message } from './channel.ts'
import { isLoopback } from './loopback.ts'
import { sinkLine, sinkText } from './sinkText.ts'

type EmailOptions = {
  readonly host: string
  readonly port: number
  /** null: the server asks for none. */
  readonly login: { readonly user: string; readonly password: Secret } | null
  readonly from: string
  readonly to: string
}

/** Submission, then STARTTLS; 465 speaks TLS from the first byte. @see RFC 8314 */
const PORT = 587
const TLS_PORT = 465

/** How long each step with the server may take, milliseconds. */
const STEP_MS = 10_000

/** A name or address of the fourth version, or one of the sixth. */
const HOST = /^([A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]+)$/
/** Longer subjects are refused by some servers, and read by nobody. */
const MOST_OF_SUBJECT = 250
/** Narrower than what mail allows: no comments, no quotes, nothing that could begin another header. */
const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/

/** What the library tells of a fault. Its message is never shown: a server may echo what it was sent. */
const fault = z.object({
  code: z.string().catch(''),
  /** The system's own code, where the library's took its place. */
  originalCode: z.string().catch(''),
  responseCode: z.number().optional().catch(undefined),
})

/**
 * Mail over SMTP, text alone, to one address: with several, one that is refused would either pass for told or hold up the others.
 * Its Message-ID follows from the message's id, so that mail programs drop a repeat.
 */
export const email: Channel<EmailOptions> = {
  title: 'E-mail',
  settings: {
    host: { secret: false, required: true, what: 'the mail server that takes your mail, as smtp.example.org' },
    port: { secret: false, required: false, what: 'its port; 587 where left out, 465 for TLS from the start' },
    user: { secret: false, required: false, what: 'the user name at that server' },
    password: { secret: true, required: false, what: 'the variable with the password' },
    from: { secret: false, required: true, what: 'the address that it comes from' },
    to: { secret: false, required: true, what: 'the address that it goes to' },
  },
  read: ({ host, port, user, password, from, to }) => {
    const problems: string[] = []
    if (typeof host !== 'string' || !HOST.test(host)) problems.push('its host is no name of a server, as smtp.example.org')
    const number = port === undefined ? PORT : Number(port)
    if (!Number.isInteger(number) || number < 1 || number > 65_535) problems.push('its port must be a number between 1 and 65535')
    if ((user === undefined) !== (password === undefined)) problems.push('user and password belong together; give both or none')
    if (typeof from !== 'string' || !ADDRESS.test(from)) problems.push('its from is no mail address')
    if (typeof to !== 'string' || !ADDRESS.test(to)) problems.push('its to is no mail address; for several, name a channel each')
    const login = typeof user === 'string' && password instanceof Secret ? { user, password } : null
    if (typeof host !== 'string' || typeof from !== 'string' || typeof to !== 'string' || problems.length > 0) return { problems }
    return { options: { host, port: number, login, from, to } }
  },
  send: async (message, options, tools) => {
    // The library is large; who has no mail in the book does not wait for it.
    const { createTransport } = await import('nodemailer')
    const { host, port, login, from, to } = options
    const open = isLoopback(host)
    const transport = createTransport({
      ...{ host, port, secure: port === TLS_PORT, requireTLS: !open && port !== TLS_PORT, ignoreTLS: open && port !== TLS_PORT },
      ...(login === null ? {} : { auth: { user: login.user, pass: login.password.reveal() } }),
      ...{ connectionTimeout: STEP_MS, greetingTimeout: STEP_MS, socketTimeout: STEP_MS, dnsTimeout: STEP_MS },
      ...{ disableFileAccess: true, disableUrlAccess: true },
    })
    let sent = false
    transport.use('stream', ({ message: whole }, done) => {
      // Read to its end only after the server has asked for it: before that, nothing can have arrived.
      whole.processFunc((body) => body.once('end', () => (sent = true)))
      done()
    })
    try {
      await transport.sendMail({ from, to, signal: tools.signal, ...mailOf(message, { from, now: tools.now() }) })
    } catch (error) {
      throw failure(error, sent)
    }
  },
}

function mailOf({ id, title, text }: Message, { from, now }: { readonly from: string; readonly now: number }) {
  const subject = sinkLine(title)
  const host = from.slice(from.lastIndexOf('@') + 1)
  return {
    subject:
      subject.length > MOST_OF_SUBJECT ? `${subject.slice(0, MOST_OF_SUBJECT).replace(/[\ud800-\udbff]$/, '')}...` : subject,
    text: `${subject}\n\n${sinkText(text)}`.trimEnd(),
    messageId: `<hullmark.${createHash('sha256').update(id).digest('hex').slice(0, 32)}@${host}>`,
    date: new Date(now),
    // Answering machines must not answer.
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

/** Full mailboxes and unknown loads pass. @see RFC 5321 4.2.2 */
const PASSING = [552]

const isLater = (responseCode: number): boolean => responseCode < 500 || PASSING.includes(responseCode)

/** @param sent - Whether the whole message was on its way when it failed. */
function failure(error: unknown, sent: boolean): DeliveryError {
  const read = fault.safeParse(error)
  const { code, originalCode, responseCode } = read.success ? read.data : NO_FAULT
  const fail = (what: string, retryable: boolean, maybe = false): DeliveryError =>
    new DeliveryError('email', what, { retryable, maybe })
  const failMessage = (what: string): DeliveryError => new DeliveryError('email', what, { retryable: false, ofMessage: true })
  if (code === 'EAUTH' || code === 'ENOAUTH')
    return fail('refused the user name or password', responseCode !== undefined && isLater(responseCode))
  if (code === 'ETLS' || /CERT|TLS|SSL|SIGNATURE|ISSUER/.test(originalCode))
    return fail('offers no encryption that can be trusted', true)
  // After the whole message: a filter or a limit, which says nothing of the next one.
  if (responseCode !== undefined && sent && !isLater(responseCode)) return failMessage(`refused the message (${responseCode})`)
  if (responseCode !== undefined)
    return fail(`${isLater(responseCode) ? 'asks us to wait' : 'refused the message'} (${responseCode})`, isLater(responseCode))
  if (code === 'EMESSAGE') return failMessage('refused the message: it is too large')
  if (code === 'EDNS') return fail('has a host name that could not be looked up', true)
  if (code === 'ETIMEDOUT' || code === 'EABORT') return fail('did not answer in time', true, sent)
  if (originalCode === 'ECONNREFUSED') return fail('refused the connection', true)
  return fail('could not be reached, or broke the connection', true, sent)
}

const NO_FAULT = { code: '', originalCode: '', responseCode: undefined } as const
