/** Journal entries as the file of one program: its columns, dates and amounts; no cell runs (decision 0141). */
import { stringify } from 'csv-stringify/sync'
import { microsToDecimal, micros, type Micros } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import { harmless } from '../../reports/usage-csv.ts'
import type { JournalEntry, JournalLine } from './journal-entry.ts'
import type { DateForm, JournalColumn, JournalTarget, JournalValue } from './journal-settings.ts'

export interface JournalSheet {
  readonly batch: string
  readonly journal: string
  readonly target: JournalTarget
}

const BOM = '\uFEFF'

export function journalCsv(entries: readonly JournalEntry[], file: JournalSheet): string {
  const { columns, delimiter, bom } = file.target
  const rows = entries.flatMap((entry, entryIndex) =>
    entry.lines.map((line, lineIndex) =>
      columns.map((column) => cell(column, { ...file, entry, line, entryIndex, lineIndex })),
    ),
  )
  const titles = columns.map(({ title }) => title)
  const text = stringify([titles, ...rows], { delimiter, record_delimiter: 'windows' })
  return bom ? BOM + text : text
}

interface Place extends JournalSheet {
  readonly entry: JournalEntry
  readonly line: JournalLine
  readonly entryIndex: number
  readonly lineIndex: number
}

function cell({ value, text, once }: JournalColumn, place: Place): string {
  if (once && place.lineIndex > 0) return ''
  return value === undefined ? (text ?? '') : VALUES[value](place)
}

const VALUES: Readonly<Record<JournalValue, (place: Place) => string>> = {
  batch: ({ batch }) => batch,
  journal: ({ journal }) => journal,
  entry: ({ entryIndex }) => String(entryIndex + 1),
  line: ({ lineIndex }) => String(lineIndex + 1),
  document: ({ entry }) => harmless(entry.invoice.number),
  'document-kind': ({ entry }) => entry.invoice.kind,
  date: ({ entry, target }) => dateText(entry.invoice.issueDay, target.dates),
  'due-date': ({ entry, target }) => dateText(entry.invoice.dueDay, target.dates),
  year: ({ entry }) => dayToIso(entry.invoice.issueDay).slice(0, 4),
  month: ({ entry }) => dayToIso(entry.invoice.issueDay).slice(5, 7),
  customer: ({ entry }) => harmless(entry.invoice.customer.accountId),
  'customer-name': ({ entry }) => harmless(entry.invoice.customer.party.legalName),
  'ledger-account': ({ line }) => line.ledgerAccount,
  description: ({ entry, line }) => harmless(`${entry.invoice.number} ${line.description}`),
  'vat-code': ({ line }) => line.vatCode,
  'vat-percent': ({ line, target }) =>
    line.what === 'receivable'
      ? ''
      : amountText(micros(line.vatPercentHundredths * 10_000), target),
  amount: ({ line, target }) => amountText(line.amountMicros, target),
  debit: ({ line, target }) => sideText(line.amountMicros, target),
  credit: ({ line, target }) => sideText(micros(0 - line.amountMicros), target),
  side: ({ line }) => (line.amountMicros < 0 ? 'C' : 'D'),
  'service-from': ({ line, target }) => dateText(line.serviceFromDay, target.dates),
  'service-to': ({ line, target }) => dateText(line.serviceToDay, target.dates),
  currency: ({ entry }) => entry.invoice.currency,
}

function sideText(amount: Micros, target: JournalTarget): string {
  return amountText(amount > 0 ? amount : micros(0), target)
}

function amountText(amount: Micros, { decimal }: JournalTarget): string {
  return microsToDecimal(amount, 2).replace('.', decimal)
}

function dateText(day: number, form: DateForm): string {
  const [year = '', month = '', date = ''] = dayToIso(day).split('-')
  return form.replace('yyyy', year).replace('mm', month).replace('dd', date)
}
