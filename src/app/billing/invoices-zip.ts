/** Documents of several invoices as one archive. */
import { basename } from 'node:path'
import { TikError } from '../../core/failures/errors.ts'
import { zipFile, type ZippedFile } from '../../core/text/zip-file.ts'
import type { InvoiceSummary } from '../../invoicing/run/billing.ts'
import { dayToIso } from '../../core/time/period.ts'
import type { Desk } from '../desk.ts'
import { invoicesOf } from './invoice-archive.ts'
import { CDR_KIND, documentOf } from './invoice-document.ts'

/** More are asked for by year. */
export const INVOICES_PER_ZIP_MAX = 500
const DAY_MS = 86_400_000

export interface ZipWish {
  readonly accountId: string
  /** Of these; all of the account, or of the year, where it is left out. */
  readonly numbers?: readonly string[] | undefined
  /** Of the issue date. */
  readonly year?: string | undefined
}

/** Throws `not_found` where it would be empty, and `usage_error` for too many. */
export async function invoicesZip(
  desk: Desk,
  wish: ZipWish,
): Promise<{ readonly fileName: string; readonly chunks: AsyncGenerator<Uint8Array> }> {
  const { accountId, numbers, year } = wish
  const all = await invoicesOf(desk, { accountId })
  const chosen = all.filter(
    ({ number, issueDay, status }) =>
      status !== 'zero-suppressed' &&
      (numbers === undefined || numbers.includes(number)) &&
      (year === undefined || dayToIso(issueDay).startsWith(year)),
  )
  if (chosen.length === 0) throw new TikError('not_found', 'there is no such invoice')
  if (chosen.length > INVOICES_PER_ZIP_MAX) {
    throw new TikError('usage_error', `an archive has at most ${INVOICES_PER_ZIP_MAX} invoices`, {
      hint: 'ask for one year',
    })
  }
  return { fileName: `invoices-${year ?? accountId}.zip`, chunks: zipFile(documents(desk, chosen)) }
}

async function* documents(
  desk: Desk,
  invoices: readonly InvoiceSummary[],
): AsyncGenerator<ZippedFile> {
  const isAllowed = (kind: string) => kind !== CDR_KIND || desk.caller.rights.has('see-numbers')
  for (const { number, partnerId, issueDay, documents: kinds } of invoices) {
    for (const { kind, path } of kinds.filter((one) => isAllowed(one.kind))) {
      const { chunks } = await documentOf(desk, { number, partnerId, kind })
      const bytes = Buffer.concat(await Array.fromAsync(chunks))
      yield { name: basename(path), modifiedMs: issueDay * DAY_MS, bytes }
    }
  }
}
