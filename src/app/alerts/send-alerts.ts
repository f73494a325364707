/** One round of alerts: from crossings in the ledger to mails and webhooks that left. */
import { dispatchAlerts, type DispatchReport } from '../../alerts/dispatch-alerts.ts'
import { createCrossingReader } from '../../alerts/ledger-crossings.ts'
import type { Clock } from '../../core/clock.ts'
import { createFolderMailer } from '../../mail/folder-mailer.ts'
import type { Mailer } from '../../mail/mailer.ts'
import { createSmtpMailer } from '../../mail/smtp-mailer.ts'
import { openReference } from '../rating-parts.ts'
import type { Stores } from '../stores.ts'

/** What waits for its minute is sent too. */
export async function sendAlerts(stores: Stores, clock: Clock): Promise<DispatchReport> {
  const { catalogue, directory } = await openReference(stores)
  await using mailer = mailerOf(stores)
  return await dispatchAlerts({
    reader: createCrossingReader(stores.clickhouse),
    store: stores.operations,
    mailer,
    catalogue,
    directory,
    clock,
    mailsPerMinuteMax: stores.config.mailsPerMinuteMax,
    webhookTargets: stores.config.webhookTargets,
    flush: true,
  })
}

/** The configured SMTP server, or the folder `mails`. */
export function mailerOf(stores: Stores): Mailer {
  const { smtpUrl } = stores.config
  return smtpUrl === undefined
    ? createFolderMailer(stores.folder.subfolder('mails'))
    : createSmtpMailer(smtpUrl, { tls: stores.config.smtpTls })
}
