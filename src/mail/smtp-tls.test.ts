/** No mail and no password in the clear where TLS is required, against a real SMTP server. */
import { readFileSync } from 'node:fs'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { EXAMPLE_MAIL } from '../../test/doubles/example-mail.ts'
import { createSmtpMailer, type SmtpOptions } from './smtp-mailer.ts'
import { smtpTls } from './smtp-tls.ts'

/** Certificate and key of a server on localhost, signed by itself. */
const PEM = readFileSync('fixtures/mail/localhost.pem', 'utf8')

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Takes any mail of any user, and notes whether they came over TLS. */
async function mailServer(options: SMTPServerOptions) {
  const seen: string[] = []
  const server = new SMTPServer({
    logger: false,
    closeTimeout: 50,
    onAuth(auth, session, done) {
      seen.push(`password ${auth.password} ${session.secure ? 'over TLS' : 'in the clear'}`)
      done(null, { user: auth.username })
    },
    onData(stream, session, done) {
      stream.resume()
      stream.on('end', () => {
        seen.push(`mail ${session.secure ? 'over TLS' : 'in the clear'}`)
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {}) // A client that turns away from the certificate.
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => new Promise((resolve) => server.close(() => resolve())))
  const { port } = z.object({ port: z.int() }).parse(server.server.address())
  return { port, seen }
}

async function sendTo(url: string, options: SmtpOptions) {
  await using mailer = createSmtpMailer(url, { connectMs: 2_000, answerMs: 2_000, ...options })
  return await mailer.send(EXAMPLE_MAIL)
}

const WITHOUT_TLS = { disabledCommands: ['STARTTLS'], allowInsecureAuth: true }
const WITH_TLS = { cert: PEM, key: PEM, allowInsecureAuth: true }

test('required of a server that offers no TLS: nothing is said, and it can be tried later', async () => {
  const { port, seen } = await mailServer(WITHOUT_TLS)
  const outcome = await sendTo(`smtp://tik:secret@localhost:${port}`, { tls: 'required' })
  expect(outcome).toMatchObject({ status: 'later', reason: expect.stringMatching(/STARTTLS|TLS/) })
  expect(seen).toEqual([])
})

test('if it is offered: a server without it takes mail and password in the clear', async () => {
  const { port, seen } = await mailServer(WITHOUT_TLS)
  const outcome = await sendTo(`smtp://tik:secret@localhost:${port}`, { tls: 'if-offered' })
  expect(outcome).toEqual({ status: 'sent' })
  expect(seen).toEqual(['password secret in the clear', 'mail in the clear'])
})

test.each(['required', 'if-offered'] as const)(
  '%s: a server that offers STARTTLS takes everything over TLS',
  async (tls) => {
    const { port, seen } = await mailServer(WITH_TLS)
    const outcome = await sendTo(`smtp://tik:secret@localhost:${port}`, { tls, ca: PEM })
    expect(outcome).toEqual({ status: 'sent' })
    expect(seen).toEqual(['password secret over TLS', 'mail over TLS'])
  },
)

test('smtps is TLS from its first byte', async () => {
  const { port, seen } = await mailServer({ ...WITH_TLS, secure: true })
  const url = `smtps://tik:secret@localhost:${port}`
  expect(await sendTo(url, { tls: 'required', ca: PEM })).toEqual({ status: 'sent' })
  expect(seen).toEqual(['password secret over TLS', 'mail over TLS'])
})

test.each(['smtp', 'smtps'])(
  '%s: a certificate that nobody vouches for is refused',
  async (protocol) => {
    const { port, seen } = await mailServer({ ...WITH_TLS, secure: protocol === 'smtps' })
    const outcome = await sendTo(`${protocol}://tik:secret@localhost:${port}`, { tls: 'required' })
    expect(outcome).toMatchObject({
      status: 'later',
      reason: expect.stringContaining('certificate'),
    })
    expect(seen).toEqual([])
  },
)

test.each`
  host                | setting         | holds
  ${'mail.example'}   | ${undefined}    | ${'required'}
  ${'10.0.0.5'}       | ${undefined}    | ${'required'}
  ${'127.0.0.1.evil'} | ${undefined}    | ${'required'}
  ${'localhost'}      | ${undefined}    | ${'if-offered'}
  ${'127.0.0.1'}      | ${undefined}    | ${'if-offered'}
  ${'[::1]'}          | ${undefined}    | ${'if-offered'}
  ${'mail.example'}   | ${'if-offered'} | ${'if-offered'}
  ${'localhost'}      | ${'required'}   | ${'required'}
`('$host with $setting: $holds', ({ host, setting, holds }) => {
  expect(smtpTls(host, setting)).toBe(holds)
})
