/** `tik finance open`: what customers owed at the end of a day, by how long it was overdue. */
import { addMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import {
  AGE_BUCKETS,
  isAgeBucket,
  openAt,
  type AgeBucket,
  type OpenAt,
} from '../../invoicing/receivables/open-at.ts'
import { isWithinReach, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import type { FinanceFilter } from './finance-at.ts'

export interface OpenReport {
  readonly day: number
  /** The longest overdue first. */
  readonly invoices: readonly OpenAt[]
  readonly ages: readonly { readonly age: AgeBucket; readonly openMicros: Micros }[]
  readonly openMicros: Micros
}

export async function openInvoicesOf(
  { caller, operations }: Desk,
  day: number,
  filter: FinanceFilter = {},
): Promise<OpenReport> {
  requireRight(caller, 'finance')
  const all = await openAt(operations, day)
  const invoices = all.filter(
    (invoice) =>
      isWithinReach(caller, invoice) &&
      (filter.accountId ?? invoice.accountId) === invoice.accountId &&
      (filter.partnerId ?? invoice.partnerId) === invoice.partnerId,
  )
  const ages = Object.keys(AGE_BUCKETS)
    .filter(isAgeBucket)
    .map((age) => ({ age, openMicros: sumOpen(invoices.filter((each) => each.age === age)) }))
  return { day, invoices, ages, openMicros: sumOpen(invoices) }
}

function sumOpen(invoices: readonly OpenAt[]): Micros {
  return invoices.reduce((total, { openMicros }) => addMicros(total, openMicros), ZERO_MICROS)
}
