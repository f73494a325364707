/**
 * Each catalogue that rated something is kept, so that old usage can be verified and explained with
 * the prices of then.
 */
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { loadArchivedCatalogue, loadCatalogue } from '../catalogue/load-catalogue.ts'
import { TikError } from '../core/failures/errors.ts'
import type { DataFolder } from '../store-server/data-folder.ts'
import { catalogueKey, deckCache } from './rating-parts.ts'

export async function archiveCatalogue(
  catalogue: Catalogue,
  catalogueFolder: string,
  folder: DataFolder,
): Promise<void> {
  const place = archivedCatalogueFolder(catalogueKey(catalogue), folder)
  if (existsSync(place)) return
  const staged = `${place}.staged`
  rmSync(staged, { recursive: true, force: true })
  cpSync(catalogueFolder, staged, { recursive: true })
  renameSync(staged, place)
}

/** Copies the folder, loads the copy and keeps it: what is in the archive is what was loaded. */
export async function loadIntoArchive(
  catalogueFolder: string,
  folder: DataFolder,
): Promise<Catalogue> {
  const staged = join(folder.subfolder('archive'), 'catalogue.loading')
  rmSync(staged, { recursive: true, force: true })
  cpSync(catalogueFolder, staged, { recursive: true })
  const catalogue = await loadCatalogue(staged, deckCache(folder))
  const place = archivedCatalogueFolder(catalogueKey(catalogue), folder)
  if (existsSync(place)) rmSync(staged, { recursive: true })
  else renameSync(staged, place)
  return catalogue
}

/** The catalogue whose key stands on a ledger row. Throws `not_found`. */
export async function archivedCatalogue(key: string, folder: DataFolder): Promise<Catalogue> {
  const place = archivedCatalogueFolder(key, folder)
  if (!/^[0-9a-f]+$/.test(key) || !existsSync(place)) {
    throw new TikError('not_found', `the catalogue ${key} is not in the archive`, {
      hint: `put its files into ${place}`,
    })
  }
  return loadArchivedCatalogue(place, deckCache(folder))
}

export function archivedCatalogueFolder(key: string, folder: DataFolder): string {
  return join(folder.subfolder('archive'), `catalogue-${key}`)
}
