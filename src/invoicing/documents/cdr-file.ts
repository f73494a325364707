/**
 * Exactly the usage that an invoice bills, without calls that no itemised bill may name: in the columns of the
 * export, or as a sheet in the language of the customer.
 */
import { destinationNamer } from '../../catalogue/decks/destination-name.ts'
import { accountCalendar, termsAt } from '../../core/time/account-calendar.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import { writeLedgerRows, type CsvForm } from '../../reports/write-ledger-rows.ts'
import { EXCEL_CSV, PLAIN_CSV } from '../../reports/usage-csv.ts'
import type { ShownRow } from '../../reports/usage-details.ts'
import { isFreeHelpline } from '../build/usage-charges.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import { billedRows, isBilledOn } from '../ledger/bill-to-usage.ts'
import { isCorrection, type Invoice } from '../invoice-model.ts'
import type { DocumentKind, DocumentSources } from './document-kinds.ts'
import { customerColumns, type DestinationOf } from './customer-columns.ts'

export const cdrFile: DocumentKind = {
  kind: 'cdrs',
  ending: '-cdrs.csv',
  contentType: 'text/csv; charset=utf-8',
  isMailed: 'as-wished',
  isOf: (invoice) => !isCorrection(invoice), // It bills no usage.
  async *content({ span, invoice }, { ledger, directory, catalogue }) {
    const encoder = new TextEncoder()
    const isBilled = isBilledOn(invoice, directory)
    const rows = itemised(billedRows(ledger.cdrs(span), isBilled), catalogue)
    for await (const text of writeLedgerRows(
      rows,
      formatOf(invoice, destinationsOf(span, { directory, catalogue })),
      timeZoneOf(span, directory),
    )) {
      yield encoder.encode(text)
    }
  },
}

function formatOf(invoice: Invoice, destinationOf: DestinationOf | undefined): CsvForm {
  if (invoice.paper?.cdrForm !== 'excel') return { csv: PLAIN_CSV }
  return { csv: EXCEL_CSV, columns: customerColumns(invoice, destinationOf) }
}

/** Undefined where no price of the catalogue has a destination: such a file is as it always was. */
function destinationsOf(
  { accountId }: Pick<InvoiceSpan, 'accountId'>,
  { directory, catalogue }: Pick<DocumentSources, 'directory' | 'catalogue'>,
): DestinationOf | undefined {
  const nameOf = destinationNamer(catalogue)
  const home = directory.accounts.get(accountId)?.country ?? 'NL'
  return nameOf === undefined ? undefined : (row, language) => nameOf(row, home, language)
}

async function* itemised(
  chunks: AsyncIterable<ShownRow[]>,
  catalogue: DocumentSources['catalogue'],
): AsyncGenerator<ShownRow[]> {
  for await (const rows of chunks) yield rows.filter((row) => !isFreeHelpline(row, catalogue))
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
