/**
 * A document that is lost or was changed, once more: made from what is stored, and put into its place only
 * when it is the same to the byte. A document that was never written is written.
 */
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BillingParts, InvoiceDocument } from '../run/billing.ts'
import { withCatalogueOfRun } from '../store/catalogue-of-run.ts'
import { documentsOf, removedDocumentsOf } from '../store/list-invoices.ts'
import type { StoredInvoice } from '../store/stored-invoice.ts'
import { writeFileAtomically } from './atomic-file.ts'
import { DOCUMENT_KINDS, writable } from './document-kinds.ts'
import { partsFolder } from './document-path.ts'
import { fileHash } from './file-hash.ts'
import { writeDocuments } from './invoice-documents.ts'
import type { PdfRenderer } from './pdf/pdf-renderer.ts'

export interface RestoredDocument {
  readonly kind: string
  readonly path: string
  /** `differs`: this build makes other bytes than those that were sent; nothing was put there. */
  readonly outcome: 'there' | 'restored' | 'written' | 'differs'
}

export async function restoreDocuments(
  today: BillingParts,
  renderer: PdfRenderer,
  stored: StoredInvoice,
): Promise<RestoredDocument[]> {
  const parts = await withCatalogueOfRun(today, stored.runId)
  const noted = (await documentsOf(parts, [stored.invoiceId])).get(stored.invoiceId) ?? []
  const results: RestoredDocument[] = []
  for (const document of noted) {
    const { kind, path } = document
    results.push({ kind, path, outcome: await restore(parts, renderer, stored, document) })
  }
  const removed = await removedDocumentsOf(parts, stored.invoiceId)
  const missing = DOCUMENT_KINDS.filter(
    ({ kind }) => !removed.has(kind) && !noted.some((each) => each.kind === kind),
  )
  const kinds = writable(stored.invoice, missing)
  if (kinds.length === 0) return results
  const paths = await writeDocuments(parts, renderer, { ...stored, kinds })
  const written = kinds.map(({ kind }, index): RestoredDocument => {
    return { kind, path: paths[index] ?? '', outcome: 'written' }
  })
  return [...results, ...written]
}

async function restore(
  parts: BillingParts,
  renderer: PdfRenderer,
  stored: StoredInvoice,
  { kind, path, sha256 }: InvoiceDocument,
): Promise<RestoredDocument['outcome']> {
  if ((await fileHash(path)) === sha256) return 'there'
  const known = DOCUMENT_KINDS.find((each) => each.kind === kind)
  if (known === undefined) return 'differs' // Of a build that wrote a kind that this one does not know.
  const folder = partsFolder(parts)
  const again = join(folder, `restored-${stored.invoiceId}-${kind}`)
  const sources = { ...parts, renderer }
  for (const content of [known.content, known.contentBefore]) {
    if (content === undefined) continue
    const file = await writeFileAtomically(again, content(stored, sources), folder)
    if (file.sha256 === sha256) {
      await rename(again, path)
      return 'restored'
    }
  }
  await rm(again, { force: true })
  return 'differs'
}
