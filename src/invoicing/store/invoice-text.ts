/** An invoice as it is stored: one text that comes back to the byte, and its hash. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { invoiceSchema, type Invoice } from '../invoice-model.ts'

/** `text` and the hash that is kept beside it. */
export function toInvoiceText(invoice: Invoice): { text: string; sha256: string } {
  const text = JSON.stringify(invoice)
  return { text, sha256: createHash('sha256').update(text).digest('hex') }
}

/** Throws `invoice_invalid` and says where the text departs from the model. */
export function fromInvoiceText(text: string): Invoice {
  const stored: unknown = JSON.parse(text)
  assertInvoice(stored)
  return stored
}

/** It stays as it was read, so that its fields keep the order of the build that stored them. */
function assertInvoice(stored: unknown): asserts stored is Invoice {
  const { error } = invoiceSchema.safeParse(stored)
  if (error === undefined) return
  throw new TikError('invoice_invalid', `stored invoice: ${z.prettifyError(error)}`, {
    hint: 'restore the operations store from its backup',
  })
}
