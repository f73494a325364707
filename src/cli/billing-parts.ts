/** What invoicing works with, over opened stores. */
import { systemClock, type Clock } from '../core/clock.ts'
import { createInvoiceLedger } from '../invoicing/clickhouse-invoice-ledger.ts'
import type { BillingParts } from '../invoicing/billing.ts'
import { openReference } from './rating-parts.ts'
import type { Stores } from './stores.ts'

export async function openBillingParts(
  stores: Stores,
  clock: Clock = systemClock,
): Promise<BillingParts> {
  const { catalogue, directory } = await openReference(stores)
  return {
    operations: stores.operations,
    ledger: createInvoiceLedger(stores.clickhouse),
    directory,
    catalogue,
    clock,
    documentsFolder: stores.folder.subfolder('invoices'),
  }
}
