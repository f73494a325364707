/**
 * Mails over SMTP with TLS (`smtps:` or STARTTLS, smtp-tls.ts). What the server says becomes an
 * outcome: 4xx and the network can be tried again, 5xx is final.
 */
import { createTransport } from 'nodemailer'
import { z } from 'zod'
import type { Mailer, SendOutcome } from './mailer.ts'
import { messageBytes } from './outgoing-mail.ts'
import { smtpTls, type SmtpTls } from './smtp-tls.ts'

const CONNECT_TIMEOUT_MS = 10_000
const GREETING_TIMEOUT_MS = 10_000
const ANSWER_TIMEOUT_MS = 30_000
const CONNECTIONS_MAX = 4
const REASON_CHARS_MAX = 300

export interface SmtpOptions {
  /** Default: required, but not of this machine itself. */
  readonly tls?: SmtpTls | undefined
  /** For tests: a certificate to trust, and times to wait. */
  readonly ca?: string
  readonly connectMs?: number
  readonly answerMs?: number
}

/** `smtp://user:password@host:587` or `smtps://…`. */
export function createSmtpMailer(url: string, options: SmtpOptions = {}): Mailer {
  const { protocol, hostname, port, username, password } = new URL(url)
  const isSecure = protocol === 'smtps:'
  const transport = createTransport({
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    host: hostname,
    port: port === '' ? (isSecure ? 465 : 587) : Number.parseInt(port, 10),
    secure: isSecure,
    requireTLS: smtpTls(hostname, options.tls) === 'required',
    ...(options.ca === undefined ? {} : { tls: { ca: options.ca } }),
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: options.connectMs ?? CONNECT_TIMEOUT_MS,
    greetingTimeout: options.connectMs ?? GREETING_TIMEOUT_MS,
    socketTimeout: options.answerMs ?? ANSWER_TIMEOUT_MS,
  })
  return {
    isRateLimited: true,
    async send(mail) {
      try {
        await transport.sendMail({
          envelope: { from: mail.sender.email, to: [mail.recipient.email] },
          raw: await messageBytes(mail),
        })
        return { status: 'sent' }
      } catch (error) {
        return smtpOutcome(error)
      }
    },
    [Symbol.asyncDispose]: async () => transport.close(),
  }
}

const smtpErrorSchema = z.object({
  responseCode: z.number().optional(),
  code: z.string().optional(),
  message: z.string(),
})

/** Wrong credentials and a server without TLS stay so until a person mends them: try again. */
const MENDABLE_CODES: ReadonlySet<string | undefined> = new Set(['EAUTH', 'ETLS'])

function smtpOutcome(error: unknown): SendOutcome {
  const parsed = smtpErrorSchema.safeParse(error)
  if (!parsed.success) throw error
  const { responseCode, code, message } = parsed.data
  const reason = message.replaceAll(/\s+/g, ' ').slice(0, REASON_CHARS_MAX)
  const isFinal = responseCode !== undefined && responseCode >= 500 && !MENDABLE_CODES.has(code)
  return { status: isFinal ? 'refused' : 'later', reason }
}
