/**
 * Check and preview at set times, and their report by mail: what `tik bill schedule` does at each of them.
 * A report is made of a period and a day; for the same ones it is queued once, so that two services, or
 * one that was started again, do not mail it twice.
 */
import type { Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { billingCalendar, dayToIso } from '../../core/time/period.ts'
import { reportMails } from '../../invoicing/report/report-mails.ts'
import { queueMails } from '../../mail/mail-outbox.ts'
import { sendDueMails, type SendReport } from '../../mail/send-mails.ts'
import { loadDirectory } from '../../directory/store/load-directory.ts'
import { mailerOf } from '../alerts/send-alerts.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { billPeriod, checkPeriod, type BilledPeriod } from './bill-period.ts'
import type { Finding } from '../../invoicing/run/billing.ts'

export interface ScheduledBilling {
  readonly period: string
  readonly findings: readonly Finding[]
  /** undefined where only the check was asked for, and where rows of the ledger are missing. */
  readonly report: BilledPeriod | undefined
  readonly recipients: readonly string[]
  /** 0: the report of this day was queued before. */
  readonly queuedCount: number
  readonly sent: SendReport
}

/**
 * Checks the month that ended last, computes or makes its invoices as configured, and mails what was
 * found. Throws `config_invalid` when nobody is to get the report.
 */
export async function billOnSchedule(
  desk: Desk,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<ScheduledBilling> {
  requireOperator(desk.caller)
  const recipients = reportRecipients(desk)
  const { billScheduleDoes, billTimeZone } = desk.config
  const nowMs = clock.nowMs()
  const period = monthBefore(nowMs, billTimeZone)
  const findings = await checkPeriod(desk, period, {}, clock)
  const options = { period, ...(signal === undefined ? {} : { signal }) }
  const preview = billScheduleDoes === 'preview'
  // With rows missing nothing is computed: that is what the report says.
  const isWhole = findings.every(({ code }) => code !== 'ledger_incomplete')
  const isBilled = isWhole && billScheduleDoes !== 'check'
  const report = isBilled ? await billPeriod(desk, { ...options, preview }, clock) : undefined
  const { partners } = await loadDirectory(desk.operations)
  const day = dayToIso(billingCalendar(billTimeZone, 1).dayAt(nowMs).day)
  const mails = reportMails({ period, day, findings, report, recipients, partners, nowMs })
  const queuedCount = await queueMails(desk.operations, mails)
  await using mailer = mailerOf(desk)
  const { mailsPerMinuteMax } = desk.config
  const sent = await sendDueMails({ store: desk.operations, mailer, clock, mailsPerMinuteMax })
  return { period, findings, report, recipients, queuedCount, sent }
}

/** Throws `config_invalid`. */
function reportRecipients({ config }: Pick<Desk, 'config'>): string[] {
  const addresses = (config.billReportTo ?? '').split(',').map((address) => address.trim())
  const recipients = [...new Set(addresses.filter((address) => address !== ''))]
  if (recipients.length > 0) return recipients
  throw new TikError('config_invalid', 'nobody is to get the report of the scheduled check', {
    hint: 'name addresses in TIK_BILL_REPORT_TO (billReportTo in tik.yaml), separated by commas',
  })
}

/** The month before that of the moment, 'YYYY-MM': the last one that has begun and ended. */
export function monthBefore(atMs: number, timeZone: string): string {
  const calendar = billingCalendar(timeZone, 1)
  const current = calendar.periodAt(atMs)
  return dayToIso(calendar.periodAt(current.startMs - 1).startDay).slice(0, 7)
}
