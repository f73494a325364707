/**
 * Mails over SMTP with TLS where the server offers it (`smtps:` or STARTTLS). What the server says
 * becomes an outcome: 4xx and the network can be tried again, 5xx is final.
 */
import { createTransport } from 'nodemailer'
import { z } from 'zod'
import type { Mailer, SendOutcome } from './mailer.ts'
import { messageBytes } from './outgoing-mail.ts'

const CONNECT_TIMEOUT_MS = 10_000
const GREETING_TIMEOUT_MS = 10_000
const ANSWER_TIMEOUT_MS = 30_000
const CONNECTIONS_MAX = 4
const REASON_CHARS_MAX = 300

/** `smtp://user:password@host:587` or `smtps://…`; the timeouts are for tests. */
export function createSmtpMailer(
  url: string,
  timeouts: { connectMs?: number; answerMs?: number } = {},
): Mailer {
  const { protocol, hostname, port, username, password } = new URL(url)
  const isSecure = protocol === 'smtps:'
  const transport = createTransport({
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    host: hostname,
    port: port === '' ? (isSecure ? 465 : 587) : Number.parseInt(port, 10),
    secure: isSecure,
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: timeouts.connectMs ?? CONNECT_TIMEOUT_MS,
    greetingTimeout: timeouts.connectMs ?? GREETING_TIMEOUT_MS,
    socketTimeout: timeouts.answerMs ?? ANSWER_TIMEOUT_MS,
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

/** Credentials and addresses that are wrong stay wrong, but a person can mend them: try again. */
function smtpOutcome(error: unknown): SendOutcome {
  const parsed = smtpErrorSchema.safeParse(error)
  if (!parsed.success) throw error
  const { responseCode, code, message } = parsed.data
  const reason = message.replaceAll(/\s+/g, ' ').slice(0, REASON_CHARS_MAX)
  const isFinal = responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH'
  return { status: isFinal ? 'refused' : 'later', reason }
}
