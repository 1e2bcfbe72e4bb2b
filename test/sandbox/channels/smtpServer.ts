import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** A mail as it was taken: its bytes, and what a parser that we did not write makes of it. */
export type TakenMail = {
  readonly raw: string
  readonly mail: Awaited<ReturnType<typeof simpleParser>>
  readonly to: readonly string[]
}

/** What the server does with the next mails. */
export type MailReaction =
  | { readonly kind: 'serve' }
  | { readonly kind: 'answer'; readonly code: number; readonly text: string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset'; readonly taken: boolean }
  /** Breaks the connection where the first receiver is named: the message itself was never sent. */
  | { readonly kind: 'reset early' }
  /** Takes no mail for this receiver. */
  | { readonly kind: 'refuse address'; readonly address: string; readonly code: number }
  /** Asks for the message one byte at a time, for ever. */
  | { readonly kind: 'drip' }

/** A real SMTP server on loopback. */
export type Smtp = {
  readonly port: number
  readonly taken: TakenMail[]
  /** Logins that were tried: each showed a password to whoever listened. */
  readonly logins: () => number
  /** Connections that are open. */
  readonly open: () => number
  react: (reaction: MailReaction) => void
  readonly stop: () => Promise<void>
}

/** Opens one for one user; it takes mail after a login alone. @param startTls - Offers encryption, with a certificate that nobody signed. */
export async function openSmtp(login: {
  readonly user: string
  readonly password: string
  readonly startTls?: boolean
}): Promise<Smtp> {
  let reaction: MailReaction = { kind: 'serve' }
  const taken: TakenMail[] = []
  let logins = 0
  const drips = new Set<NodeJS.Timeout>()
  const sockets = new Set<Socket>()
  const server = new SMTPServer({
    ...{
      authMethods: ['PLAIN', 'LOGIN'],
      allowInsecureAuth: true,
      disabledCommands: login.startTls === true ? [] : ['STARTTLS'],
      logger: false,
      closeTimeout: 100,
    },
    onAuth: ({ username, password }, _session, done) => {
      logins++
      if (username === login.user && password === login.password) done(null, { user: login.user })
      else done(Object.assign(new Error('Invalid username or password'), { responseCode: 535 }))
    },
    onRcptTo: ({ address }, _session, done) => {
      if (reaction.kind === 'refuse address' && reaction.address === address)
        done(Object.assign(new Error('No such user'), { responseCode: reaction.code }))
      else if (reaction.kind === 'reset early') for (const socket of sockets) socket.destroy()
      else if (reaction.kind === 'drip')
        for (const socket of sockets) drips.add(setInterval(() => void (socket.writable && socket.write('2')), 50))
      else done()
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => void take(Buffer.concat(chunks)).then(() => end(done)))
      const take = async (raw: Buffer): Promise<void> => {
        const lost = reaction.kind === 'answer' || (reaction.kind === 'reset' && !reaction.taken)
        if (lost) return
        const to = session.envelope.rcptTo.map(({ address }) => address)
        taken.push({ raw: raw.toString('latin1'), mail: await simpleParser(raw), to })
      }
    },
  })
  const end = (done: (error?: Error) => void): void => {
    if (reaction.kind === 'hang') return
    if (reaction.kind === 'reset') for (const socket of sockets) socket.destroy()
    else if (reaction.kind === 'answer') done(Object.assign(new Error(reaction.text), { responseCode: reaction.code }))
    else done()
  }
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  // Connections that end in the middle are what some tests are about.
  server.on('error', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    taken,
    logins: () => logins,
    open: () => sockets.size,
    port: (server.server.address() as AddressInfo).port,
    react: (next) => {
      reaction = next
    },
    stop: async () => {
      for (const drip of drips) clearInterval(drip)
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
