/**
 * From crossings in the ledger to mails, events and requests: note what is new, queue what it
 * causes, send the mails that are due (src/data-streams delivers the events). Each step is idempotent and can be stopped anywhere; calling it again
 * goes on. One call does one round; `tik run` repeats it every few seconds.
 */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import type { Clock } from '../core/time/clock.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import { createLimitIndex } from '../limits/effective-limit.ts'
import { composeAlertMails } from './letters/compose-mails.ts'
import type { CrossingReader } from './crossings/ledger-crossings.ts'
import type { Mailer } from '../mail/mailer.ts'
import { noteNewCrossings } from './crossings/note-crossings.ts'
import { sendDueMails, type SendReport } from '../mail/send-mails.ts'

export interface AlertParts {
  readonly reader: CrossingReader
  readonly store: OperationsStore
  readonly mailer: Mailer
  readonly catalogue: Catalogue
  readonly directory: Directory
  readonly clock: Clock
  readonly mailsPerMinuteMax: number
  /** Send what waits for its minute too: for a command that runs once and ends. */
  readonly flush?: boolean
  readonly signal?: AbortSignal
}

export interface DispatchReport extends SendReport {
  readonly crossingsCount: number
  readonly mailsQueuedCount: number
}

/** One round. Throws only when a store is unavailable; what a mail server says is in the report. */
export async function dispatchAlerts(parts: AlertParts): Promise<DispatchReport> {
  const { store, directory, catalogue, clock } = parts
  const crossingsCount = await noteNewCrossings(store, parts.reader, {
    directory,
    catalogue,
    limits: createLimitIndex(directory),
    nowMs: clock.nowMs(),
  })
  const mailsQueuedCount = await composeAlertMails(store, {
    directory,
    catalogue,
    nowMs: clock.nowMs(),
    flush: parts.flush === true,
  })
  return { crossingsCount, mailsQueuedCount, ...(await sendDueMails(parts)) }
}
