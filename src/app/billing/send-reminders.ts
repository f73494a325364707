/** Reminders of overdue invoices: a command, and what a scheduler may run every day. */
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { remindOverdue, type Reminder } from '../../invoicing/reminders/remind-overdue.ts'
import { openBillingParts } from '../billing-parts.ts'
import { actorOf, requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'

/** Queues what is due, each step of an invoice once; a dry run says what it would queue. */
export async function sendReminders(
  desk: Desk,
  { dryRun }: { readonly dryRun: boolean },
  clock: Clock = systemClock,
): Promise<Reminder[]> {
  requireOperator(desk.caller)
  const parts = await openBillingParts(desk, clock)
  return remindOverdue(parts, { actor: actorOf(desk.caller), dryRun })
}
