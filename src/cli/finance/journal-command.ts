/** `tik finance journal`: documents as entries of a sales journal, for a bookkeeping program. */
import { InvalidArgumentError, type Command } from 'commander'
import {
  exportedJournal,
  exportJournalOf,
  journalFile,
  journalOf,
  type ShownJournal,
} from '../../app/finance/journal-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import { micros, microsToDecimal } from '../../core/money/money.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { dayToIso } from '../../core/time/period.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson, remark } from '../options.ts'
import { isoDay } from './iso-day.ts'
import { printFile } from './print-file.ts'

export function addJournalCommand(finance: Command): void {
  finance
    .command('journal')
    .description('invoices and credit notes as entries of a sales journal')
    .option('--from <date>', 'issued on this day or later', isoDay)
    .option('--until <date>', 'issued on this day or before', isoDay)
    .option('--partner <id>', 'the seller, where there are several')
    .option('--target <name>', 'as the file of this program, by finance.yaml')
    .option('--mark', 'export what was not exported before, as the next journal of the seller')
    .option('--batch <n>', 'a journal that was exported, the same to the byte', wholeNumber)
    .option('--out <file>', 'into this file instead of standard output')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_JOURNAL)
    .action(journal)
}

const AFTER_JOURNAL = `
Without --mark nothing is noted: look as often as you like. With it each document is exported once; the same
command again gives the same journal. finance.yaml says which accounts, VAT codes and columns: docs/finance.md.`

interface JournalOptions {
  readonly from?: number
  readonly until?: number
  readonly partner?: string
  readonly target?: string
  readonly mark?: true
  readonly batch?: number
  readonly out?: string
  readonly json?: true
}

async function journal(options: JournalOptions, command: Command): Promise<void> {
  const { from: fromDay, until: untilDay, partner: partnerId, target, batch, out } = options
  await using desk = await openDeskOf(command, 'finance journal')
  if (batch !== undefined) {
    if (partnerId === undefined) throw new TikError('usage_error', '--batch needs --partner')
    const again = await exportedJournal(desk, { partnerId, batchNumber: batch })
    return printFile(again.content, out)
  }
  if (fromDay === undefined || untilDay === undefined) {
    throw new TikError('usage_error', 'say which days: --from and --until')
  }
  const question = { fromDay, untilDay, partnerId }
  if (options.mark) {
    if (target === undefined) throw new TikError('usage_error', '--mark needs --target')
    const exported = await exportJournalOf(desk, { ...question, target })
    const what = exported.isNew ? 'exported' : 'nothing is new: again'
    remark(
      `${what} journal ${exported.batchNumber} of ${exported.partnerId}, ${exported.documentsCount} documents`,
    )
    return printFile(exported.content, out)
  }
  if (target !== undefined) return printFile(await journalFile(desk, question, target), out)
  const shown = await journalOf(desk, question)
  if (options.json) return printJson(toJson(shown))
  print(describeJournal(shown))
}

/** Without what else stands on the documents. */
function toJson({ partnerId, entries }: ShownJournal) {
  return {
    partnerId,
    entries: entries.map(({ invoice, lines }) => ({
      number: invoice.number,
      kind: invoice.kind,
      accountId: invoice.customer.accountId,
      issueDay: dayToIso(invoice.issueDay),
      dueDay: dayToIso(invoice.dueDay),
      lines: lines.map(({ serviceFromDay, serviceToDay, ...line }) => ({
        ...line,
        serviceFrom: dayToIso(serviceFromDay),
        serviceTo: dayToIso(serviceToDay),
      })),
    })),
  }
}

export function describeJournal({ entries }: ShownJournal): string {
  if (entries.length === 0) return 'No documents.'
  const rows = entries.flatMap(({ invoice, lines }) =>
    lines.map((line, index) => ({
      number: index === 0 ? invoice.number : '',
      date: index === 0 ? dayToIso(invoice.issueDay) : '',
      account: line.ledgerAccount,
      description: line.description,
      vat: line.vatCode,
      service: `${dayToIso(line.serviceFromDay)} to ${dayToIso(line.serviceToDay)}`,
      debit: line.amountMicros > 0 ? microsToDecimal(line.amountMicros, 2) : '',
      credit: line.amountMicros < 0 ? microsToDecimal(micros(0 - line.amountMicros), 2) : '',
    })),
  )
  return formatTable(
    [
      { key: 'number', title: 'Document' },
      { key: 'date', title: 'Date' },
      { key: 'account', title: 'Ledger account' },
      { key: 'description', title: 'What' },
      { key: 'vat', title: 'VAT code' },
      { key: 'service', title: 'Service' },
      { key: 'debit', title: 'Debit', align: 'right' },
      { key: 'credit', title: 'Credit', align: 'right' },
    ],
    rows,
  )
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('A whole number.')
  return Number.parseInt(text, 10)
}
