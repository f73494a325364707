/** One round of alerts: from crossings in the ledger to mails and webhooks that left. */
import { dispatchAlerts, type DispatchReport } from '../../alerts/dispatch-alerts.ts'
import { createCrossingReader } from '../../alerts/crossings/ledger-crossings.ts'
import type { Clock } from '../../core/time/clock.ts'
import { createFolderMailer } from '../../mail/folder-mailer.ts'
import type { Mailer } from '../../mail/mailer.ts'
import { createSmtpMailer } from '../../mail/smtp-mailer.ts'
import type { StreamReport } from '../../data-streams/deliver-streams.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { openReference } from '../rating-parts.ts'
import type { Stores } from '../stores.ts'
import { sendStreams } from '../streams/deliver-streams-of.ts'

/** What waits for its minute is sent too, and what data streams are due. */
export async function sendAlerts(
  desk: Desk,
  clock: Clock,
): Promise<DispatchReport & { readonly streams: StreamReport }> {
  requireOperator(desk.caller)
  const { catalogue, directory } = await openReference(desk)
  await using mailer = mailerOf(desk)
  const report = await dispatchAlerts({
    reader: createCrossingReader(desk.clickhouse),
    store: desk.operations,
    mailer,
    catalogue,
    directory,
    clock,
    mailsPerMinuteMax: desk.config.mailsPerMinuteMax,
    flush: true,
  })
  return { ...report, streams: await sendStreams(desk, clock) }
}

/** The configured SMTP server, or the folder `mails`. */
export function mailerOf(stores: Stores): Mailer {
  const { smtpUrl } = stores.config
  return smtpUrl === undefined
    ? createFolderMailer(stores.folder.subfolder('mails'))
    : createSmtpMailer(smtpUrl, { tls: stores.config.smtpTls })
}
