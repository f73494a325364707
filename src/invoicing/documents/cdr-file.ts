/** Exactly the usage that an invoice bills, in the columns of the export. */
import { accountCalendar, termsAt } from '../../core/account-calendar.ts'
import type { Directory } from '../../core/accounts.ts'
import { writeLedgerRows } from '../../reports/export-usage.ts'
import { PLAIN_CSV } from '../../reports/usage-csv.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import { isCorrection } from '../invoice-model.ts'
import type { DocumentKind } from './document-kinds.ts'

export const cdrFile: DocumentKind = {
  kind: 'cdrs',
  ending: '-cdrs.csv',
  contentType: 'text/csv; charset=utf-8',
  isMailed: 'as-wished',
  isOf: (invoice) => !isCorrection(invoice), // It bills no usage.
  async *content({ span }, { ledger, directory }) {
    const format = { kind: 'csv', csv: PLAIN_CSV } as const
    const encoder = new TextEncoder()
    for await (const text of writeLedgerRows(
      ledger.cdrs(span),
      format,
      timeZoneOf(span, directory),
    )) {
      yield encoder.encode(text)
    }
  },
}

/** Of the period, so that the file of an old invoice is written again to the same bytes. */
export function timeZoneOf(
  { accountId, periodStartDay }: Pick<InvoiceSpan, 'accountId' | 'periodStartDay'>,
  directory: Directory,
): string {
  const account = directory.accounts.get(accountId)
  if (account === undefined) return 'Europe/Amsterdam'
  return termsAt(account, accountCalendar(account).dayStartMs(periodStartDay)).timeZone
}
