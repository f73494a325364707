/** How the outbox empties: at the configured rate, and not into a server that takes nothing. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { EXAMPLE_MAIL } from '../../test/doubles/example-mail.ts'
import { openTestOperations } from '../../test/doubles/test-operations.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import { queueMails, RETRY_WAITS_MS } from './mail-outbox.ts'
import type { Mailer, SendOutcome } from './mailer.ts'
import type { OutgoingMail } from './outgoing-mail.ts'
import { mailFrom } from './mail-sender.ts'
import { sendDueMails, type SendReport } from './send-mails.ts'

const NOW_MS = Date.parse('2026-11-21T13:10:00Z')

async function sent(
  { store }: { store: OperationsStore },
  outcome: SendOutcome,
  isRateLimited: boolean,
): Promise<SendReport & { takenCount: number }> {
  const taken: string[] = []
  const mailer: Mailer = {
    isRateLimited,
    send: (mail) => {
      taken.push(mail.mailId)
      return Promise.resolve(outcome)
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const clock = { nowMs: () => NOW_MS }
  const report = await sendDueMails({ store, mailer, clock, mailsPerMinuteMax: 60 })
  return { ...report, takenCount: new Set(taken).size }
}

const SENT = { status: 'sent' } as const

async function outboxOf(
  count: number,
  like: Partial<OutgoingMail> = {},
): Promise<Awaited<ReturnType<typeof openTestOperations>>> {
  const stores = await openTestOperations()
  const mails = Array.from({ length: count }, (_, index) => ({
    ...EXAMPLE_MAIL,
    ...like,
    mailId: String(index).padStart(32, '0'),
    messageId: `<${index}@veldnet.example>`,
  }))
  await queueMails(stores.store, mails)
  return stores
}

test('after a quiet time two seconds of the rate leave at once, and the rest waits', async () => {
  await using stores = await outboxOf(10)
  expect(await sent(stores, { status: 'sent' }, true)).toMatchObject({
    sentCount: 2,
    takenCount: 2,
  })
})

test('a folder has no rate', async () => {
  await using stores = await outboxOf(10)
  expect(await sent(stores, { status: 'sent' }, false)).toMatchObject({ sentCount: 10 })
})

test('a server that puts off eight mails is asked for no more than those that were leaving', async () => {
  await using stores = await outboxOf(30)
  const outcome = await sent(stores, { status: 'later', reason: '451 come back' }, false)
  expect(outcome).toMatchObject({ sentCount: 0, delayedCount: 30 })
  expect(outcome.takenCount).toBeLessThan(8 + 4)
})

test('a mail that was not tried has no attempt behind it, and waits as long as the others', async () => {
  await using stores = await outboxOf(30)
  const { takenCount } = await sent(stores, { status: 'later', reason: '451 come back' }, false)
  const rows = await stores.store.query(
    'SELECT attempts, next_attempt_ms AS due, count(*)::int AS count FROM mails GROUP BY 1, 2 ORDER BY 1',
    [],
    z.object({ attempts: z.int(), due: z.int(), count: z.int() }),
  )
  const due = NOW_MS + RETRY_WAITS_MS[0]
  expect(rows).toEqual([
    { attempts: 0, due, count: 30 - takenCount },
    { attempts: 1, due, count: takenCount },
  ])
})

test('a server that takes longer for its mails than a claim lasts gets none of them twice', async () => {
  await using stores = await outboxOf(80)
  let nowMs = NOW_MS
  const taken: string[] = []
  const dispatch = (send: Mailer['send']) => {
    const mailer = { isRateLimited: false, send, [Symbol.asyncDispose]: () => Promise.resolve() }
    const { store } = stores
    return sendDueMails({ store, mailer, clock: { nowMs: () => nowMs }, mailsPerMinuteMax: 60 })
  }
  await dispatch(async (mail) => {
    taken.push(mail.mailId)
    nowMs += 10_000
    if (nowMs - NOW_MS === 200_000) {
      await dispatch((other) => Promise.resolve(void taken.push(other.mailId)).then(() => SENT))
    }
    return SENT
  })
  expect(taken).toHaveLength(80)
  expect(new Set(taken).size).toBe(80)
})

test('a file that is not there puts off its own mail, however many of them, and no other', async () => {
  const path = join(tmpdir(), 'no-such-invoice.pdf')
  const attachments = [{ fileName: 'f.pdf', contentType: 'application/pdf', path }]
  await using stores = await outboxOf(12, { attachments })
  await queueMails(stores.store, [{ ...EXAMPLE_MAIL, createdMs: NOW_MS }])
  expect(await sent(stores, SENT, false)).toMatchObject({
    sentCount: 1,
    delayedCount: 12,
    lastReason: `the file ${path} of this mail is not there`,
  })
})

test('mails of a partner without an address come from one that cannot be answered', () => {
  const { sender, messageId } = mailFrom(undefined, 'abc')
  expect([sender.email, messageId]).toEqual(['tik@localhost', '<abc@localhost>'])
})
