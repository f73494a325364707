/**
 * The files of a finalised invoice. They are made from what is stored, so they can be made again
 * after a crash with the same bytes; a hash is stored once, after the file is in its place.
 */
import { join } from 'node:path'
import { z } from 'zod'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { writeFileAtomically } from './atomic-file.ts'
import type { BillingParts, InvoiceDocument } from '../run/billing.ts'
import { writable, type DocumentKind, type FinalisedInvoice } from './document-kinds.ts'
import { documentPath, partsFolder } from './document-path.ts'
import { queueInvoiceMails } from './invoice-mails.ts'
import type { PdfRenderer } from './pdf/pdf-renderer.ts'

export interface DocumentOrder extends FinalisedInvoice {
  readonly kinds: readonly DocumentKind[]
  /** Of the run that billed it, where that is not the one of the parts. */
  readonly catalogue?: BillingParts['catalogue']
}

/** Writes what was ordered and can be written, notes it, and queues the mails that carry it. Returns the paths. */
export async function writeDocuments(
  parts: BillingParts,
  renderer: PdfRenderer,
  order: DocumentOrder,
): Promise<string[]> {
  const { invoiceId, invoice } = order
  const { catalogue = parts.catalogue } = order
  const sources = { ...parts, catalogue, renderer }
  const written: InvoiceDocument[] = []
  for (const each of writable(invoice, order.kinds)) {
    const path = documentPath(invoice, each)
    const file = await writeFileAtomically(
      join(parts.documentsFolder, path),
      each.content(order, sources),
      partsFolder(parts),
    )
    written.push({ kind: each.kind, path, ...file })
  }
  await parts.operations.transaction(async (sql) => {
    await insertDocuments(sql, invoiceId, written)
    await queueInvoiceMails(sql, parts, order)
  })
  return written.map((document) => join(parts.documentsFolder, document.path))
}

/**
 * Finalised invoices of a month, with those of the kinds that are not noted: a run was stopped there,
 * or tik did not write that kind when they were billed.
 */
export async function pendingDocuments(
  sql: SqlRunner,
  period: string,
  kinds: readonly DocumentKind[],
): Promise<readonly { invoiceId: number; kinds: readonly DocumentKind[] }[]> {
  const rows = await sql.query(
    `SELECT invoice_id, array_agg(wanted.kind) AS missing
     FROM invoices AS invoice CROSS JOIN unnest($2::text[]) AS wanted (kind)
     WHERE period = $1 AND number IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM invoice_documents AS document
         WHERE document.invoice_id = invoice.invoice_id AND document.kind = wanted.kind)
     GROUP BY invoice_id ORDER BY invoice_id`,
    [period, kinds.map(({ kind }) => kind)],
    z.object({ invoice_id: z.int(), missing: z.array(z.string()) }),
  )
  return rows.map(({ invoice_id: invoiceId, missing }) => ({
    invoiceId,
    kinds: kinds.filter(({ kind }) => missing.includes(kind)),
  }))
}

async function insertDocuments(
  sql: SqlRunner,
  invoiceId: number,
  documents: readonly InvoiceDocument[],
): Promise<void> {
  await sql.execute(
    `INSERT INTO invoice_documents (invoice_id, kind, path, sha256, size_bytes)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[])
     ON CONFLICT (invoice_id, kind) DO NOTHING`,
    [
      invoiceId,
      documents.map(({ kind }) => kind),
      documents.map(({ path }) => path),
      documents.map(({ sha256 }) => sha256),
      documents.map(({ sizeBytes }) => sizeBytes),
    ],
  )
}
