/** Drains the outbox through a mailer, at no more than the configured rate. */
import type { Clock } from '../core/clock.ts'
import type { OperationsStore } from '../operations/operations-store.ts'
import { claimMails, sentSince, settleMail } from './mail-outbox.ts'
import type { Mailer } from './mailer.ts'
import type { OutgoingMail } from './outgoing-mail.ts'

export interface SendReport {
  readonly sentCount: number
  /** Will be tried again. */
  readonly delayedCount: number
  readonly refusedCount: number
}

const MINUTE_MS = 60_000
/** The rate holds in each stretch of this length, so that mails flow instead of coming in bursts. */
const RATE_WINDOW_MS = 2_000
/** Mails that are claimed, sent and settled together. */
const MAILS_PER_CLAIM_MAX = 200
const SENDS_AT_ONCE_MAX = 4
/** After this many mails in a row that the server put off, the rest waits for the next call. */
const DELAYS_IN_A_ROW_MAX = 8

/** Sends what is due. With a server that is down it stops early; the mails keep. */
export async function sendDueMails(parts: {
  store: OperationsStore
  mailer: Mailer
  clock: Clock
  mailsPerMinuteMax: number
  signal?: AbortSignal | undefined
}): Promise<SendReport> {
  const { store, mailer, clock } = parts
  const report = { sentCount: 0, delayedCount: 0, refusedCount: 0 }
  let budget = Infinity
  if (mailer.isRateLimited) {
    // A low rate needs a longer stretch, in which one mail may go.
    const windowMs = Math.max(RATE_WINDOW_MS, MINUTE_MS / parts.mailsPerMinuteMax)
    const max = Math.floor((parts.mailsPerMinuteMax * windowMs) / MINUTE_MS)
    budget = max - (await sentSince(store, clock.nowMs() - windowMs))
  }
  let delaysInARow = 0
  while (budget > 0 && parts.signal?.aborted !== true) {
    const max = Math.min(budget, MAILS_PER_CLAIM_MAX)
    const mails = await claimMails(store, { nowMs: clock.nowMs(), max })
    if (mails.length === 0) break
    budget -= mails.length
    await inParallel(mails, async (mail) => {
      const isGivenUp = delaysInARow >= DELAYS_IN_A_ROW_MAX
      const outcome = isGivenUp
        ? ({ status: 'later', reason: 'the mail server did not take the mails before it' } as const)
        : await mailer.send(mail)
      await settleMail(store, mail.mailId, outcome, clock.nowMs())
      delaysInARow = outcome.status === 'later' ? delaysInARow + 1 : 0
      if (outcome.status === 'sent') report.sentCount += 1
      else if (outcome.status === 'later') report.delayedCount += 1
      else report.refusedCount += 1
    })
    if (delaysInARow >= DELAYS_IN_A_ROW_MAX) break
  }
  return report
}

async function inParallel(
  mails: readonly OutgoingMail[],
  send: (mail: OutgoingMail) => Promise<void>,
): Promise<void> {
  const rest = mails.values()
  const lane = async (): Promise<void> => {
    for (const mail of rest) await send(mail)
  }
  await Promise.all(Array.from({ length: SENDS_AT_ONCE_MAX }, lane))
}
