/** What invoicing works with, over opened stores. */
import type { Catalogue } from '../catalogue/catalogue.ts'
import { systemClock, type Clock } from '../core/time/clock.ts'
import { createInvoiceLedger } from '../invoicing/ledger/clickhouse-invoice-ledger.ts'
import type { BillingParts } from '../invoicing/run/billing.ts'
import { archiveCatalogue, archivedCatalogue } from './catalogue-archive.ts'
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
    catalogueKey: catalogueKey(catalogue),
    keepCatalogue: () => archiveCatalogue(catalogue, catalogueFolder, stores.folder),
    catalogueOf: catalogueReader(stores),
    clock,
    documentsFolder: stores.folder.subfolder('invoices'),
  }
}

/** Each catalogue is read from the archive once. */
function catalogueReader(stores: Stores): BillingParts['catalogueOf'] {
  const read = new Map<string, Promise<Catalogue>>()
  return (key) => {
    const known = read.get(key) ?? archivedCatalogue(key, stores.folder)
    read.set(key, known)
    return known
  }
}
