/**
 * `tik bill remind`: the next reminder of each overdue invoice whose time has come. One step of an invoice is
 * noted and queued in one transaction, once, whatever is run again and by whom at once. What is disputed or
 * credited is left alone, and so is everybody whose seller has no steps.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { User } from '../../core/accounts/accounts.ts'
import type { Micros } from '../../core/money/money.ts'
import { mailFrom } from '../../mail/mail-sender.ts'
import { invoiceReaders } from '../documents/invoice-readers.ts'
import { queueMails } from '../../mail/mail-outbox.ts'
import type { OutgoingMail } from '../../mail/outgoing-mail.ts'
import { renderHtml, renderText } from '../../mail/render-letter.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { lockInvoice } from '../receivables/open-invoice.ts'
import { noteState, type Actor } from '../receivables/state-history.ts'
import type { InvoiceSummary } from '../run/billing.ts'
import { findInvoiceId, listInvoices, todayOf, type ArchiveParts } from '../store/list-invoices.ts'
import { storedInvoice } from '../store/stored-invoice.ts'
import { reminderLetter, type ReminderOccasion } from './reminder-letter.ts'

export const REMINDER_MAIL_KIND = 'reminder'

export interface Reminder {
  readonly number: string
  readonly accountId: string
  readonly step: number
  readonly daysOverdue: number
  readonly openMicros: Micros
  /** 0: nobody of the account is registered for invoices, so that nobody was reminded. */
  readonly mailsCount: number
}

/** What was queued, or in a dry run would be. Oldest due day first. */
export async function remindOverdue(
  parts: ArchiveParts,
  { actor, dryRun }: { readonly actor: Actor; readonly dryRun: boolean },
): Promise<Reminder[]> {
  const reminders: Reminder[] = []
  const overdue = await listInvoices(parts, { standing: 'overdue' })
  const oldestFirst = overdue.toReversed().sort((left, right) => left.dueDay - right.dueDay)
  for (const summary of oldestFirst) {
    if (summary.disputedMicros > 0) continue
    const due = await dueStep(parts, summary)
    if (due === undefined) continue
    const reminded = dryRun
      ? { ...due, mailsCount: invoiceReaders(parts.directory, summary).length }
      : await parts.operations.transaction((sql) => remind(sql, parts, { summary, due, actor }))
    if (reminded !== undefined) reminders.push(reminded)
  }
  return reminders
}

type DueStep = Omit<Reminder, 'mailsCount'> & { readonly invoiceId: number }

/** The next step, when its days are over; after one that came late the days between the two go on. */
async function dueStep(parts: ArchiveParts, summary: InvoiceSummary): Promise<DueStep | undefined> {
  const { number, accountId, partnerId, dueDay, openMicros } = summary
  const steps = parts.directory.partners.get(partnerId)?.reminders?.steps ?? []
  if (steps.length === 0) return undefined
  const invoiceId = await findInvoiceId(parts.operations, number, partnerId)
  const last = await lastReminder(parts.operations, invoiceId)
  const step = last.step + 1
  const [next, before] = [steps[step - 1], steps[step - 2]]
  if (next === undefined) return undefined
  const today = todayOf(parts, accountId)
  const earliestDay = last.onDay + next.afterDays - (before?.afterDays ?? 0)
  const daysOverdue = today - dueDay
  if (daysOverdue < next.afterDays || (step > 1 && today < earliestDay)) return undefined
  return { invoiceId, number, accountId, step, daysOverdue, openMicros }
}

async function lastReminder(
  sql: SqlRunner,
  invoiceId: number,
): Promise<{ readonly step: number; readonly onDay: number }> {
  const [row] = await sql.query(
    'SELECT step, on_day FROM invoice_reminders WHERE invoice_id = $1 ORDER BY step DESC LIMIT 1',
    [invoiceId],
    z
      .object({ step: z.int(), on_day: z.int() })
      .transform((last) => ({ step: last.step, onDay: last.on_day })),
  )
  return row ?? { step: 0, onDay: 0 }
}

/** Undefined when meanwhile it was paid, disputed or reminded of. */
async function remind(
  sql: SqlRunner,
  parts: ArchiveParts,
  { summary, due, actor }: { summary: InvoiceSummary; due: DueStep; actor: Actor },
): Promise<Reminder | undefined> {
  const { invoiceId, step } = due
  const readers = invoiceReaders(parts.directory, summary)
  const mailsCount = readers.length
  if (mailsCount === 0) return { ...due, mailsCount }
  const { openMicros, disputedMicros } = await lockInvoice(sql, invoiceId)
  if (openMicros <= 0 || disputedMicros > 0) return undefined
  const nowMs = parts.clock.nowMs()
  const isNew = await sql.execute(
    `INSERT INTO invoice_reminders (invoice_id, step, on_day, open_micros, mails_count, noted_ms, by_whom, door)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (invoice_id, step) DO NOTHING`,
    [
      invoiceId,
      step,
      todayOf(parts, summary.accountId),
      openMicros,
      mailsCount,
      nowMs,
      actor.by,
      actor.door,
    ],
  )
  if (isNew === 0) return undefined
  const { invoice } = await storedInvoice(sql, invoiceId)
  const rules = parts.directory.partners.get(summary.partnerId)?.reminders ?? {
    steps: [],
    terms: [],
  }
  const occasion = { invoice, step, openMicros, rules }
  await queueMails(
    sql,
    readers.map((user) => mailOf(parts, { user, summary, occasion, nowMs })),
  )
  const note = `reminder ${step}`
  await noteState(sql, invoiceId, {
    state: 'reminded',
    atMs: nowMs,
    actor,
    amountMicros: openMicros,
    note,
  })
  return { ...due, openMicros, mailsCount }
}

function mailOf(
  { directory }: ArchiveParts,
  {
    user,
    summary,
    occasion,
    nowMs,
  }: { user: User; summary: InvoiceSummary; occasion: ReminderOccasion; nowMs: number },
): OutgoingMail {
  const { accountId, partnerId, number, documents } = summary
  const account = directory.accounts.get(accountId)
  if (account === undefined) throw new RangeError(`account ${accountId} is not in the directory`)
  const letter = reminderLetter({ user, account }, occasion)
  const content = [partnerId, number, String(occasion.step), user.userId].join('\0')
  const mailId = `reminder-${createHash('sha256').update(content).digest('hex').slice(0, 24)}`
  const pdf = documents.filter(({ kind }) => kind === 'pdf')
  return {
    mailId,
    ...mailFrom(directory.partners.get(partnerId), mailId),
    kind: REMINDER_MAIL_KIND,
    accountId,
    userId: user.userId,
    recipient: { name: user.name, email: user.email },
    language: letter.tag,
    subject: letter.subject,
    text: renderText(letter),
    html: renderHtml(letter),
    attachments: pdf.map(({ path }) => ({
      fileName: `${number}.pdf`,
      contentType: 'application/pdf',
      path,
    })),
    createdMs: nowMs,
  }
}
