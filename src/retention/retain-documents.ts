/**
 * Removes the CDR files of invoices whose usage is beyond the time of numbers, from the folder of documents and
 * from the mails that carried them; copies of mails in the folder `mails` of then; and batches of streams that
 * nobody took. The invoice, its PDF and its e-invoice stay.
 */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { cdrFile } from '../invoicing/documents/cdr-file.ts'
import type { OperationsStore, SqlRunner } from '../postgres/operations-store.ts'

export interface OldDocument {
  readonly invoiceId: number
  readonly kind: string
  /** Relative to the folder of documents. */
  readonly path: string
}

/** CDR files of invoices that were made before a moment, of accounts that are not on hold. */
export function documentsBeyond(
  sql: SqlRunner,
  beforeMs: number,
  heldAccounts: readonly string[],
): Promise<OldDocument[]> {
  return sql.query(
    `SELECT invoice_id AS "invoiceId", document.kind, document.path
     FROM invoice_documents AS document JOIN invoices USING (invoice_id)
     WHERE document.kind = $1 AND account_id <> ALL($2::text[])
       AND period_end_day * 86400000::bigint < $3::bigint
       AND NOT EXISTS (SELECT FROM retained_documents AS removed
         WHERE removed.invoice_id = document.invoice_id AND removed.kind = document.kind)
     ORDER BY invoice_id`,
    [cdrFile.kind, heldAccounts, beforeMs],
    z.object({ invoiceId: z.int(), kind: z.string(), path: z.string() }),
  )
}

/** Noted first, then removed; what a run before noted and did not remove goes too. */
export async function removeDocuments(
  operations: OperationsStore,
  documentsFolder: string,
  documents: readonly OldDocument[],
  nowMs: number,
): Promise<void> {
  for (const { invoiceId, kind } of documents) {
    await operations.execute(
      `INSERT INTO retained_documents (invoice_id, kind, removed_ms) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING`,
      [invoiceId, kind, nowMs],
    )
  }
  const removed = await operations.query(
    'SELECT path FROM invoice_documents JOIN retained_documents USING (invoice_id, kind)',
    [],
    z.object({ path: z.string() }),
  )
  for (const { path } of removed) await rm(join(documentsFolder, path), { force: true })
  await operations.execute(
    `UPDATE mails SET attachments = (SELECT coalesce(jsonb_agg(one), '[]') FROM
       jsonb_array_elements(attachments) AS one WHERE coalesce(one->>'path', '') <> ALL($1::text[]))
     WHERE EXISTS (SELECT FROM jsonb_array_elements(attachments) AS one
       WHERE one->>'path' = ANY($1::text[]))`,
    [removed.map(({ path }) => join(documentsFolder, path))],
  )
}

/** Copies of mails that were written before a moment, and what streams never took. */
export async function removeCopies(
  operations: OperationsStore,
  mailsFolder: string,
  beforeMs: number,
): Promise<void> {
  await operations.execute('DELETE FROM stream_batches WHERE made_ms < $1', [beforeMs])
  for (const name of await readdir(mailsFolder).catch(() => [])) {
    const path = join(mailsFolder, name)
    if (name.endsWith('.eml') && (await stat(path)).mtimeMs < beforeMs) {
      await rm(path, { force: true })
    }
  }
}
