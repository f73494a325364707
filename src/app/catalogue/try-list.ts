/** What the usage of a month would have cost by a list: the same re-rating as `tik rerate`, in a dry run. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { TikError } from '../../core/failures/errors.ts'
import { dayFromIso } from '../../core/time/period.ts'
import { writeDeckCodes } from '../../price-lists/deck/deck-file.ts'
import { trialDeck } from '../../price-lists/deck/trial-deck.ts'
import { rerateAccounts } from '../corrections/rerate.ts'
import { summariseReratings, type RerateSummary } from '../corrections/summarise-reratings.ts'
import type { Desk } from '../desk.ts'
import type { DeckImportResult } from './import-deck.ts'

export interface ListTrial {
  readonly catalogueFolder: string
  /** A month, `2026-10`: of each account its periods that begin in it. */
  readonly period: string
}

/** The prices of the list's date are taken for the whole month; the difference is to what was charged. */
export async function tryList(
  desk: Desk,
  { catalogueFolder, period }: ListTrial,
  { imported, deckFile, listDay }: Pick<DeckImportResult, 'imported' | 'deckFile' | 'listDay'>,
): Promise<RerateSummary> {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(period)) {
    throw new TikError('usage_error', `"${period}" is no month such as 2026-10`)
  }
  const fromDay = dayFromIso(`${period}-01`)
  const folder = mkdtempSync(join(tmpdir(), 'tik-list-'))
  try {
    cpSync(catalogueFolder, folder, { recursive: true })
    const codes = trialDeck(imported.codes, { fromDay, pricesOfDay: listDay })
    writeDeckCodes(join(folder, relative(catalogueFolder, deckFile)), codes)
    const wish = {
      catalogue: folder,
      range: { period },
      order: 'recorded',
      confirm: false,
    } as const
    const summary = await summariseReratings(rerateAccounts(desk, wish), () => undefined)
    return { ...summary, interrupted: false }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
