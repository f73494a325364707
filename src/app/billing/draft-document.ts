/** One invoice of a period as it would be, as a PDF marked DRAFT: looked at before anything is finalised. */
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { TikError } from '../../core/failures/errors.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { billPeriod } from './bill-period.ts'

export interface DraftWish {
  /** 'YYYY-MM' */
  readonly period: string
  readonly accountId: string
  /** Of one of its bill-to's. */
  readonly billToId?: string | undefined
}

export interface DraftDocument {
  readonly contentType: 'application/pdf'
  readonly fileName: string
  readonly chunks: AsyncIterable<Uint8Array>
}

/** Throws `not_found` where there is nothing to bill: the period is billed, or comes to nothing. */
export async function draftDocumentOf(
  desk: Desk,
  { period, accountId, billToId }: DraftWish,
): Promise<DraftDocument> {
  requireOperator(desk.caller)
  const draftFolder = mkdtempSync(join(tmpdir(), 'tik-draft-'))
  try {
    const wish = { period, accounts: [accountId], preview: true, draftFolder }
    const { invoices } = await billPeriod(desk, wish)
    const asked = invoices.find((one) => billToId === undefined || one.billToId === billToId)
    const [path] = asked?.files ?? []
    if (path === undefined) {
      throw new TikError('not_found', `${accountId} has no invoice of ${period} to come`, {
        hint: 'it was billed before, or nothing is to be billed',
      })
    }
    return {
      contentType: 'application/pdf',
      fileName: basename(path),
      chunks: taken(path, draftFolder),
    }
  } catch (error) {
    rmSync(draftFolder, { recursive: true, force: true })
    throw error
  }
}

/** The folder goes when the file was read, or nobody reads on. */
async function* taken(path: string, folder: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
