/** Drains the outbox through a mailer, at no more than the configured rate. */
import type { Clock } from '../core/time/clock.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import {
  beginAttempt,
  claimMails,
  giveBackMails,
  RETRY_WAITS_MS,
  sentSince,
  settleMail,
  type ClaimedMail,
} from './mail-outbox.ts'
import type { Mailer, SendOutcome } from './mailer.ts'
import { missingFile, type OutgoingMail } from './outgoing-mail.ts'

export interface SendReport {
  readonly sentCount: number
  /** Will be tried again. */
  readonly delayedCount: number
  readonly refusedCount: number
  /** What the server said of the last one that did not leave; '' when all did. */
  readonly lastReason: string
}

const MINUTE_MS = 60_000
/** How much of a minute's mails may go at once after a quiet time; then they flow. */
const BURST_MS = 2_000
/** Mails that are claimed together; each claim is renewed when its mail's turn comes. */
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
  /** Only these of those that are due; all when left out. */
  mailIds?: readonly string[]
}): Promise<SendReport> {
  const { store, mailer, clock, mailIds } = parts
  const report = { sentCount: 0, delayedCount: 0, refusedCount: 0, lastReason: '' }
  let budget = Infinity
  if (mailer.isRateLimited) {
    budget = drainBudget(parts.mailsPerMinuteMax, {
      ...(await sentSince(store, clock.nowMs() - MINUTE_MS)),
      nowMs: clock.nowMs(),
    })
  }
  while (budget > 0 && parts.signal?.aborted !== true) {
    const max = Math.min(budget, MAILS_PER_CLAIM_MAX)
    const mails = await claimMails(store, { nowMs: clock.nowMs(), max, mailIds })
    if (mails.length === 0) break
    budget -= mails.length
    if (await sendClaimed(parts, mails, report)) break
  }
  return report
}

/** Returns true when the server takes nothing now: what was not tried is given back for later. */
async function sendClaimed(
  { store, mailer, clock, signal }: Parameters<typeof sendDueMails>[0],
  mails: readonly ClaimedMail[],
  report: { -readonly [Name in keyof SendReport]: SendReport[Name] },
): Promise<boolean> {
  let delaysInARow = 0
  const isGivenUp = (): boolean => delaysInARow >= DELAYS_IN_A_ROW_MAX
  const isOver = (): boolean => isGivenUp() || signal?.aborted === true
  const rest = mails.values()
  const lane = async (): Promise<void> => {
    while (!isOver()) {
      const { value: mail } = rest.next()
      if (mail === undefined) return
      const claimedUntilMs = await beginAttempt(store, mail, clock.nowMs())
      if (claimedUntilMs === undefined) continue
      const outcome = await attempt(mailer, mail)
      await settleMail(store, { ...mail, claimedUntilMs }, outcome, clock.nowMs())
      if (outcome.status !== 'sent') report.lastReason = outcome.reason
      if (outcome.status === 'sent') report.sentCount += 1
      else if (outcome.status === 'later') report.delayedCount += 1
      else report.refusedCount += 1
      if (outcome.status !== 'later') delaysInARow = 0
      else if (outcome.isOfMail !== true) delaysInARow += 1
    }
  }
  await Promise.all(Array.from({ length: SENDS_AT_ONCE_MAX }, lane))
  const untried = [...rest]
  const nowMs = clock.nowMs()
  if (isGivenUp()) {
    const reason = 'the mail server did not take the mails before it'
    await giveBackMails(store, untried, { dueMs: nowMs + RETRY_WAITS_MS[0], reason })
    report.delayedCount += untried.length
  } else {
    await giveBackMails(store, untried, { dueMs: nowMs, reason: '' })
  }
  return isGivenUp()
}

/** A file that is not there puts off its own mail only. */
async function attempt(mailer: Mailer, mail: OutgoingMail): Promise<SendOutcome> {
  const path = await missingFile(mail)
  if (path === undefined) return mailer.send(mail)
  return { status: 'later', reason: `the file ${path} of this mail is not there`, isOfMail: true }
}

/**
 * Mails that may go now: what the rate allows since the first mail of the last minute, less what
 * went, and never more than the rate in a minute.
 */
function drainBudget(
  mailsPerMinuteMax: number,
  { count, firstMs, nowMs }: { count: number; firstMs: number | undefined; nowMs: number },
): number {
  const burst = Math.max(1, Math.floor((mailsPerMinuteMax * BURST_MS) / MINUTE_MS))
  const elapsedMs = firstMs === undefined ? 0 : nowMs - firstMs
  const allowed = burst + Math.floor((mailsPerMinuteMax * elapsedMs) / MINUTE_MS)
  return Math.min(allowed, mailsPerMinuteMax) - count
}
