/** Mails that leave: reminders that are due are queued, and what is queued is sent. */
import { z } from 'zod'
import { sendAlerts } from '../../app/alerts/send-alerts.ts'
import { sendReminders } from '../../app/billing/send-reminders.ts'
import { jobKind } from '../../app/jobs/job-kind.ts'
import { systemClock } from '../../core/time/clock.ts'
import { money, moneyOf } from '../fields.ts'
import { shown } from './shown.ts'

export const remind = jobKind({
  kind: 'remind',
  summary: 'Queues the reminders of overdue invoices that are due, each step once',
  right: 'operate',
  isOfOperator: true,
  lane: 'reminders',
  use: 'none',
  wish: z.strictObject({ dryRun: z.boolean().default(true) }),
  result: z
    .object({
      remindersCount: z.int(),
      reminders: z.array(
        z.object({
          number: z.string(),
          account: z.string(),
          step: z.int(),
          daysOverdue: z.int(),
          open: money,
          mails: z.int().meta({ description: '0: nobody is registered for invoices' }),
        }),
      ),
    })
    .meta({ id: 'Reminders' }),
  async run({ desk, wish }) {
    const reminders = await sendReminders(desk, wish)
    return {
      remindersCount: reminders.length,
      reminders: shown(reminders).map((each) => ({
        number: each.number,
        account: each.accountId,
        step: each.step,
        daysOverdue: each.daysOverdue,
        open: moneyOf(each.openMicros),
        mails: each.mailsCount,
      })),
    }
  },
})

export const sendMails = jobKind({
  kind: 'send-mails',
  summary: 'Sends what waits: mails of every kind, and webhooks about limits',
  right: 'operate',
  isOfOperator: true,
  lane: 'mails',
  use: 'read',
  wish: z.strictObject({}),
  result: z
    .object({
      crossings: z.int(),
      queued: z.int(),
      sent: z.int(),
      delayed: z.int(),
      refused: z.int(),
      lastReason: z.string(),
    })
    .meta({ id: 'SentMails' }),
  async run({ desk }) {
    const report = await sendAlerts(desk, systemClock)
    return {
      crossings: report.crossingsCount,
      queued: report.mailsQueuedCount,
      sent: report.sentCount,
      delayed: report.delayedCount,
      refused: report.refusedCount,
      lastReason: report.lastReason,
    }
  },
})
