/** How the outbox empties: at the configured rate, and not into a server that takes nothing. */
import { expect, test } from 'vitest'
import { EXAMPLE_MAIL } from '../../test/doubles/example-mail.ts'
import { openTestOperations } from '../../test/doubles/test-operations.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import { queueMails } from './mail-outbox.ts'
import type { Mailer, SendOutcome } from './mailer.ts'
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

async function outboxOf(count: number): Promise<Awaited<ReturnType<typeof openTestOperations>>> {
  const stores = await openTestOperations()
  const mails = Array.from({ length: count }, (_, index) => ({
    ...EXAMPLE_MAIL,
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

test('mails of a partner without an address come from one that cannot be answered', () => {
  const { sender, messageId } = mailFrom(undefined, 'abc')
  expect([sender.email, messageId]).toEqual(['tik@localhost', '<abc@localhost>'])
})
