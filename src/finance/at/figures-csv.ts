/** Figures as CSV for a spreadsheet: one line a figure, exact, and no cell that would run (decision 0141). */
import { stringify } from 'csv-stringify/sync'
import { dayToIso } from '../../core/time/period.ts'
import { amountText, harmless } from '../../reports/usage-csv.ts'
import type { Figure } from './finance-figures.ts'

export function figuresCsv(day: number, figures: readonly Figure[]): string {
  const date = dayToIso(day)
  const rows = figures.map((figure) => [
    date,
    harmless(figure.accountId),
    harmless(figure.partnerId),
    figure.kind,
    figure.product,
    harmless(figure.ledgerAccount),
    amountText(figure.unbilledMicros),
    amountText(figure.lateMicros),
    amountText(figure.dueMicros),
    amountText(figure.deferredMicros),
    amountText(figure.invoicedMicros),
    amountText(figure.usedMicros),
    amountText(figure.billedMicros),
  ])
  return stringify([COLUMNS, ...rows], { delimiter: ',', record_delimiter: 'windows' })
}

const COLUMNS = [
  'date',
  'account',
  'partner',
  'kind',
  'product',
  'ledger_account',
  'rated_not_invoiced',
  'late',
  'due_not_invoiced',
  'invoiced_in_advance',
  'invoiced',
  'rated',
  'rated_and_invoiced',
]
