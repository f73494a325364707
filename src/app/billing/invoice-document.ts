/** A document of an invoice as it was written: its bytes, held to the hash that was stored. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { TikError } from '../../core/failures/errors.ts'
import { DOCUMENT_KINDS } from '../../invoicing/documents/document-kinds.ts'
import { requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import { invoiceOf } from './invoice-archive.ts'
import type { NamedInvoice } from './reachable-invoice.ts'

export interface StoredDocument {
  readonly contentType: string
  readonly fileName: string
  readonly sizeBytes: number
  readonly chunks: AsyncIterable<Uint8Array>
}

/** It has whom people called: who only sees invoices does not see that. */
export const CDR_KIND = 'cdrs'

/** Throws `not_found`, also for an invoice of somebody else. Each time that it is taken is noted. */
export async function documentOf(
  desk: Desk,
  { kind, ...named }: NamedInvoice & { readonly kind: string },
): Promise<StoredDocument> {
  const invoice = await invoiceOf(desk, named)
  const { number } = invoice
  if (kind === CDR_KIND) requireRight(desk.caller, 'see-numbers')
  const document = invoice.documents.find((one) => one.kind === kind)
  if (document === undefined) {
    throw new TikError('not_found', `invoice ${number} has no document "${kind}"`)
  }
  const { path, sizeBytes } = document
  const found = await stat(path).catch(() => undefined)
  if (found?.size !== sizeBytes) {
    throw new TikError(
      'file_missing',
      `the ${kind} of invoice ${number} is not as it was written`,
      {
        hint: '`tik bill verify` says what is wrong with it',
      },
    )
  }
  const { accountId, partnerId } = invoice
  await note(desk, { act: 'document.read', subject: `${kind} of ${number}`, accountId, partnerId })
  const known = DOCUMENT_KINDS.find((one) => one.kind === kind)
  const contentType = known?.contentType ?? 'application/octet-stream'
  return { contentType, fileName: basename(path), sizeBytes, chunks: createReadStream(path) }
}
