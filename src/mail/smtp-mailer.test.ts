/** Against a real SMTP server: down, slow, 4xx, 5xx, accepted but the connection lost. */
import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { afterEach, expect, test } from 'vitest'
import { EXAMPLE_MAIL } from '../../test/doubles/example-mail.ts'
import { createSmtpMailer } from './smtp-mailer.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A mail server whose answer to the recipient and to the message is told; keeps what it took. */
async function mailServer(answers: {
  onRecipient?: (count: number) => Error | undefined
  onMessage?: (count: number) => Error | undefined
  delayMs?: number
}) {
  const taken: string[] = []
  let recipients = 0
  let messages = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo(_address, _session, done) {
      done(answers.onRecipient?.(recipients++))
    },
    onData(stream, _session, done) {
      let text = ''
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => (text += chunk))
      stream.on('end', () => {
        const error = answers.onMessage?.(messages++)
        if (error === undefined) taken.push(text)
        setTimeout(() => done(error), answers.delayMs ?? 0)
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => new Promise((resolve) => server.close(() => resolve())))
  return { url: `smtp://127.0.0.1:${portOf(server.server)}`, taken }
}

function portOf(server: Server): number {
  const address = server.address()
  return (address as AddressInfo).port
}

function mailer(url: string) {
  const created = createSmtpMailer(url, { connectMs: 1_000, answerMs: 500 })
  closers.push(async () => created[Symbol.asyncDispose]())
  return created
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

test('a mail arrives as it was written', async () => {
  const { url, taken } = await mailServer({})
  expect(await mailer(url).send(EXAMPLE_MAIL)).toEqual({ status: 'sent' })
  expect(taken).toHaveLength(1)
  const mail = await PostalMime.parse(taken[0] ?? '')
  expect(mail).toMatchObject({
    messageId: EXAMPLE_MAIL.messageId,
    subject: EXAMPLE_MAIL.subject,
    from: { name: 'Veldnet Telecom', address: 'noreply@veldnet.example' },
    to: [{ name: 'Anna de Vriès', address: 'anna@gist.example' }],
    date: '2026-11-21T13:03:00.000Z',
  })
  expect(mail.text?.trim()).toBe('Beste Anna')
})

test('a server that is down asks to try later', async () => {
  const outcome = await mailer('smtp://127.0.0.1:1').send(EXAMPLE_MAIL)
  expect(outcome).toMatchObject({ status: 'later' })
})

test('a server that is too slow asks to try later, and the retry carries the same Message-ID', async () => {
  const slow = await mailServer({ delayMs: 2_000 })
  expect(await mailer(slow.url).send(EXAMPLE_MAIL)).toMatchObject({ status: 'later' })
  const quick = await mailServer({})
  expect(await mailer(quick.url).send(EXAMPLE_MAIL)).toEqual({ status: 'sent' })
  const ids = await Promise.all(
    [...slow.taken, ...quick.taken].map(async (text) => (await PostalMime.parse(text)).messageId),
  )
  expect(ids).toEqual([EXAMPLE_MAIL.messageId, EXAMPLE_MAIL.messageId])
})

test.each([
  ['421 service not available', 421, 'later'],
  ['451 greylisted, try again', 451, 'later'],
  ['452 out of storage', 452, 'later'],
  ['550 no such user', 550, 'refused'],
  ['554 looks like spam', 554, 'refused'],
] as const)('%s of the recipient', async (message, code, status) => {
  const { url, taken } = await mailServer({ onRecipient: () => smtpError(code, message) })
  const outcome = await mailer(url).send(EXAMPLE_MAIL)
  expect(outcome).toMatchObject({ status, reason: expect.stringContaining(message.slice(4)) })
  expect(taken).toEqual([])
})

test('a message that is refused after its content is refused for good', async () => {
  const { url } = await mailServer({ onMessage: () => smtpError(552, 'too big') })
  expect(await mailer(url).send(EXAMPLE_MAIL)).toMatchObject({ status: 'refused' })
})

test('a mail that was taken while the connection broke goes again, byte for byte', async () => {
  const bodies: string[] = []
  const server = createServer((socket) => talkAndBreak(socket, bodies))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => new Promise((resolve) => server.close(() => resolve())))
  const sender = mailer(`smtp://127.0.0.1:${portOf(server)}`)
  expect(await sender.send(EXAMPLE_MAIL)).toMatchObject({ status: 'later' })
  expect(await sender.send(EXAMPLE_MAIL)).toMatchObject({ status: 'later' })
  expect(bodies).toHaveLength(2)
  expect(bodies[0]).toBe(bodies[1])
  expect(bodies[0]).toContain(EXAMPLE_MAIL.messageId)
})

/** Takes the whole message and then drops the connection instead of answering. */
function talkAndBreak(socket: Socket, bodies: string[]): void {
  let isData = false
  let text = ''
  socket.on('error', () => {})
  socket.write('220 test\r\n')
  socket.on('data', (chunk) => {
    text += chunk.toString('utf8')
    if (isData) {
      if (!text.endsWith('\r\n.\r\n')) return
      bodies.push(text)
      socket.destroy()
      return
    }
    if (!text.endsWith('\r\n')) return
    const command = text.slice(0, 4).toUpperCase()
    text = ''
    isData = command === 'DATA'
    socket.write(isData ? '354 go on\r\n' : '250 ok\r\n')
  })
}
