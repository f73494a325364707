/** Two folders of a catalogue compared: what is declared in them, and the prices of their decks by code. */
import { basename, join } from 'node:path'
import { readdirSync } from 'node:fs'
import {
  catalogueDifferences,
  type EntryDifference,
} from '../../catalogue/catalogue-differences.ts'
import { loadCatalogue } from '../../catalogue/load-catalogue.ts'
import { changeReport, type ChangeReport } from '../../price-lists/changes/change-report.ts'
import { deckChanges } from '../../price-lists/changes/list-changes.ts'
import { readDeckCodes } from '../../price-lists/deck/deck-file.ts'
import type { DeckVersion } from '../../price-lists/deck/deck-history.ts'
import { createTermsPool, type TermsPool } from '../../price-lists/deck/deck-terms.ts'
import type { DeckCodes } from '../../price-lists/deck/merge-list.ts'

export interface DeckDifference {
  readonly deckId: string
  readonly report: ChangeReport
}

export interface CatalogueComparison {
  readonly entries: readonly EntryDifference[]
  /** Decks whose prices differ, by id. */
  readonly decks: readonly DeckDifference[]
}

/** A price that changes by more is shown as a jump. */
const JUMP_FACTOR = 2

/** Throws `catalogue_invalid` for one that has errors. */
export async function compareCatalogues(
  before: string,
  after: string,
): Promise<CatalogueComparison> {
  const entries = catalogueDifferences(await loadCatalogue(before), await loadCatalogue(after))
  const [old, now] = [deckFiles(before), deckFiles(after)]
  const ids = [...new Set([...old.keys(), ...now.keys()])].toSorted()
  const decks = ids.flatMap((deckId) => {
    const pool = createTermsPool()
    const [left, right] = [old, now].map((files) => deckCodes(files.get(deckId) ?? [], pool))
    const changes = deckChanges(left ?? new Map(), right ?? new Map(), -Infinity)
    const report = changeReport(changes, { jumpFactor: JUMP_FACTOR, claimOf: () => '' })
    return Object.values(report.counts).every((count) => count === 0) ? [] : [{ deckId, report }]
  })
  return { entries, decks }
}

function deckFiles(folder: string): Map<string, string[]> {
  const files = new Map<string, string[]>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (!name.endsWith('.prices.csv')) continue
    const deckId = basename(name).split('.')[0] ?? ''
    files.set(deckId, [...(files.get(deckId) ?? []), join(folder, name)])
  }
  return files
}

/** Of several files the row that begins later holds from then on. */
function deckCodes(files: readonly string[], pool: TermsPool): DeckCodes {
  const [only, ...others] = files.map((file) => readDeckCodes(file, pool))
  if (only === undefined || others.length === 0) return only ?? new Map()
  const all = new Map<string, DeckVersion[]>()
  for (const codes of [only, ...others]) {
    for (const [code, versions] of codes) all.set(code, [...(all.get(code) ?? []), ...versions])
  }
  return new Map([...all].map(([code, versions]) => [code, endedAtNext(versions)] as const))
}

function endedAtNext(versions: readonly DeckVersion[]): DeckVersion[] {
  const ordered = versions.toSorted((left, right) => left.fromDay - right.fromDay)
  return ordered.map((version, index) => {
    const nextDay = ordered[index + 1]?.fromDay ?? Infinity
    return { ...version, untilDay: Math.min(version.untilDay, nextDay) }
  })
}
