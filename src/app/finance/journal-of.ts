/** `tik finance journal`: documents as entries of a seller's sales journal, looked at or exported. */
import { noteAct } from '../../audit/audit-log.ts'
import { TikError } from '../../core/failures/errors.ts'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import {
  batchName,
  exportJournal,
  journalAgain,
  journalEntries,
  targetOf,
  type ExportedJournal,
} from '../../finance/journal/export-journal.ts'
import { sellersBetween, type BookedBatch } from '../../finance/journal/journal-batches.ts'
import { journalCsv } from '../../finance/journal/journal-csv.ts'
import type { JournalEntry } from '../../finance/journal/journal-entry.ts'
import type { JournalSettings } from '../../finance/journal/journal-settings.ts'
import { actorOf, requireRight, requireSellerFinance, visitorOf } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { financeFileOf, openFinanceParts } from './finance-parts.ts'

/** Documents by their day of issue, both included. */
export interface JournalQuestion {
  readonly fromDay: number
  readonly untilDay: number
  /** The seller; the only one with documents of these days where it is left out. */
  readonly partnerId?: string | undefined
}

export interface ShownJournal {
  readonly partnerId: string
  readonly entries: readonly JournalEntry[]
}

/** Every document of the days, whether it was exported or not. Throws `config_invalid`, `not_found`. */
export async function journalOf(desk: Desk, question: JournalQuestion): Promise<ShownJournal> {
  const partnerId = await sellerOf(desk, question)
  const parts = await openFinanceParts(desk)
  const entries = await journalEntries(parts, { ...question, partnerId }, settingsOf(desk))
  return { partnerId, entries }
}

/** The same as the file of a program; nothing is noted. */
export async function journalFile(
  desk: Desk,
  question: JournalQuestion,
  target: string,
): Promise<string> {
  const { partnerId, entries } = await journalOf(desk, question)
  const settings = settingsOf(desk)
  const file = { batch: '', journal: settings.journal, target: targetOf(settings, target) }
  return journalCsv(entries, { ...file, batch: `${partnerId}-preview` })
}

/** Exports what no journal has yet. Where nothing is new, the last journal of this question again. */
export async function exportJournalOf(
  desk: Desk,
  question: JournalQuestion & { readonly target: string },
  clock: Clock = systemClock,
): Promise<ExportedJournal> {
  const partnerId = await sellerOf(desk, question)
  const parts = await openFinanceParts(desk, clock)
  const wish = {
    ...question,
    partnerId,
    actor: actorOf(desk.caller),
    note: (sql: Parameters<typeof noteAct>[0], batchNumber: number) =>
      noteAct(
        sql,
        visitorOf(desk.caller),
        {
          act: 'finance.journal',
          subject: batchName(partnerId, batchNumber),
          accountId: '',
          partnerId,
        },
        clock.nowMs(),
      ),
  }
  return exportJournal(parts, wish, settingsOf(desk))
}

/** One that was exported, the same to the byte. Throws `not_found`. */
export async function exportedJournal(
  desk: Desk,
  name: { readonly partnerId: string; readonly batchNumber: number },
): Promise<BookedBatch> {
  requireSellerFinance(desk.caller, name.partnerId)
  return journalAgain(desk, name)
}

/** Names of the programs that a journal can be written for; none where finance.yaml has none. */
export function journalTargetsOf(desk: Desk): string[] {
  requireRight(desk.caller, 'finance')
  return Object.keys(financeFileOf(desk).journal?.targets ?? {})
}

function settingsOf(desk: Desk): JournalSettings {
  const { journal } = financeFileOf(desk)
  if (journal !== undefined) return journal
  throw new TikError('config_invalid', 'finance.yaml says nothing of journals', {
    hint: 'docs/finance.md has an example of `journal:` for three programs',
  })
}

/** Throws `not_found` for a seller beyond reach, `usage_error` where several could be meant. */
async function sellerOf(desk: Desk, question: JournalQuestion): Promise<string> {
  const { fromDay, untilDay, partnerId } = question
  if (untilDay < fromDay) throw new TikError('usage_error', 'the last day is before the first')
  const named = partnerId ?? ownSeller(desk)
  if (named !== undefined) {
    requireSellerFinance(desk.caller, named)
    return named
  }
  requireRight(desk.caller, 'finance')
  const [only, ...others] = await sellersBetween(desk.operations, { fromDay, untilDay })
  if (only === undefined) throw new TikError('not_found', 'nothing was invoiced in these days')
  if (others.length === 0) {
    requireSellerFinance(desk.caller, only)
    return only
  }
  throw new TikError('usage_error', 'several sellers invoiced in these days', {
    hint: `name the partner: ${[only, ...others].join(', ')}`,
  })
}

function ownSeller({ caller }: Desk): string | undefined {
  return caller.reach.kind === 'partner' ? caller.reach.partnerId : undefined
}
