/** Reminders at set times: what `tik bill remind` and `tik alerts send` do, one after the other. */
import type { Clock } from '../../core/time/clock.ts'
import type { Reminder } from '../../invoicing/reminders/remind-overdue.ts'
import { sendDueMails, type SendReport } from '../../mail/send-mails.ts'
import { mailerOf } from '../alerts/send-alerts.ts'
import type { Desk } from '../desk.ts'
import { sendReminders } from './send-reminders.ts'

export interface ScheduledReminders {
  readonly reminders: readonly Reminder[]
  readonly sent: SendReport
}

/** Each step of an invoice goes out once, however often this runs; nobody is reminded whose seller has no steps. */
export async function remindOnSchedule(desk: Desk, clock: Clock): Promise<ScheduledReminders> {
  const reminders = await sendReminders(desk, { dryRun: false }, clock)
  await using mailer = mailerOf(desk)
  const { mailsPerMinuteMax } = desk.config
  const sent = await sendDueMails({ store: desk.operations, mailer, clock, mailsPerMinuteMax })
  return { reminders, sent }
}
