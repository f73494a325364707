/** The documents of some finalised invoices that are not written yet. */
import type { BillingParts } from '../run/billing.ts'
import { cutOffPublisher } from '../ledger/cut-off-publisher.ts'
import { withCatalogueOfRun } from '../store/catalogue-of-run.ts'
import { documentsOf } from '../store/list-invoices.ts'
import { storedInvoice } from '../store/stored-invoice.ts'
import { DOCUMENT_KINDS, writable } from './document-kinds.ts'
import { writeDocuments } from './invoice-documents.ts'
import { createPdfRenderer } from './pdf/pdf-renderer.ts'

/** For the few of one command; a bill run writes many at once. Returns the paths. */
export async function writeDocumentsOf(
  parts: BillingParts,
  invoiceIds: readonly number[],
): Promise<string[]> {
  const written = await documentsOf(parts, invoiceIds)
  const publish = cutOffPublisher(parts)
  await using renderer = createPdfRenderer(invoiceIds.length, 1)
  const paths: string[] = []
  for (const invoiceId of invoiceIds) {
    const known = new Set((written.get(invoiceId) ?? []).map(({ kind }) => kind))
    const stored = await storedInvoice(parts.operations, invoiceId)
    const kinds = writable(
      stored.invoice,
      DOCUMENT_KINDS.filter(({ kind }) => !known.has(kind)),
    )
    if (stored.invoice.number === '' || kinds.length === 0) continue
    await publish(stored.span)
    const asBilled = await withCatalogueOfRun(parts, stored.runId)
    paths.push(...(await writeDocuments(asBilled, renderer, { ...stored, kinds })))
  }
  return paths
}
