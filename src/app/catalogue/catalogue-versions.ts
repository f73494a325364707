/** The catalogues that rated something, and what differs between two of them. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { TikError } from '../../core/failures/errors.ts'
import { archivedCatalogueFolder } from '../catalogue-archive.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { catalogueKey, openReference } from '../rating-parts.ts'
import { compareCatalogues, type CatalogueComparison } from './compare-catalogues.ts'

export interface CatalogueVersion {
  /** What a row of the ledger names it by. */
  readonly key: string
  /** When it was first kept here. */
  readonly keptMs: number
  readonly isInForce: boolean
}

const KEPT = /^catalogue-([0-9a-f]+)$/

/** Newest first; the one in force may not be kept yet. */
export async function catalogueVersions(desk: Desk): Promise<CatalogueVersion[]> {
  requireOperator(desk.caller)
  const { catalogue } = await openReference(desk)
  const inForce = catalogueKey(catalogue)
  const archive = desk.folder.subfolder('archive')
  return readdirSync(archive)
    .flatMap((name) => {
      const key = KEPT.exec(name)?.[1]
      if (key === undefined) return []
      const keptMs = Math.floor(statSync(join(archive, name)).mtimeMs)
      return [{ key, keptMs, isInForce: key === inForce }]
    })
    .toSorted((left, right) => right.keptMs - left.keptMs || (left.key < right.key ? -1 : 1))
}

/** Throws `not_found` for one that is not kept. */
export async function catalogueDifference(
  desk: Desk,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<CatalogueComparison> {
  const known = new Set((await catalogueVersions(desk)).map(({ key }) => key))
  const unknown = [from, to].find((key) => !known.has(key))
  if (unknown !== undefined) {
    throw new TikError('not_found', `the catalogue ${unknown} is not in the archive`)
  }
  const folder = (key: string): string => archivedCatalogueFolder(key, desk.folder)
  return compareCatalogues(folder(from), folder(to))
}
