/** What invoicing works with, over opened stores. */
import { systemClock, type Clock } from '../core/clock.ts'
import { createInvoiceLedger } from '../invoicing/clickhouse-invoice-ledger.ts'
import type { BillingParts } from '../invoicing/billing.ts'
import { archiveCatalogue } from './catalogue-archive.ts'
import { catalogueKey, openReference } from './rating-parts.ts'
import type { Stores } from './stores.ts'

export async function openBillingParts(
  stores: Stores,
  clock: Clock = systemClock,
): Promise<BillingParts> {
  const { catalogue, catalogueFolder, directory } = await openReference(stores)
  return {
    operations: stores.operations,
    ledger: createInvoiceLedger(stores.clickhouse),
    directory,
    catalogue,
    keepCatalogue: async () => {
      await archiveCatalogue(catalogue, catalogueFolder, stores.folder)
      return catalogueKey(catalogue)
    },
    clock,
    documentsFolder: stores.folder.subfolder('invoices'),
  }
}
