/** Where the documents of invoices are, relative to their folder. */
import { join } from 'node:path'
import { dayToIso } from '../../core/time/period.ts'
import type { Invoice } from '../invoice-model.ts'
import type { DocumentKind } from './document-kinds.ts'

/** seller/year/number-account and the ending of its kind. */
export function documentPath(invoice: Invoice, { ending }: Pick<DocumentKind, 'ending'>): string {
  const year = dayToIso(invoice.issueDay).slice(0, 4)
  const name = `${invoice.number}-${fileName(invoice.customer.accountId)}${ending}`
  return join(fileName(invoice.seller.partnerId), year, name)
}

/** An id as a file name: nothing that leads elsewhere. */
export function fileName(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_')
}

/** Where files are written before they have their name. */
export function partsFolder({ documentsFolder }: { readonly documentsFolder: string }): string {
  return join(documentsFolder, '.parts')
}
