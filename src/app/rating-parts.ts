/**
 * What rating needs besides the stores: catalogue, directory, rater, duplicates. Opened once for a
 * command; nothing in it is written to but the ledger.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { loadCatalogue, type CatalogueOptions } from '../catalogue/load-catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import { TikError } from '../core/failures/errors.ts'
import { createClickHouseLedger } from '../ledger/clickhouse-ledger.ts'
import { createDuplicateWindow } from '../ledger/duplicates/duplicate-window.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { PipelineParts } from '../pipeline.ts'
import { createRater } from '../rating/create-rater.ts'
import type { DataFolder } from '../store-server/data-folder.ts'
import { directoryOf } from './known-directory.ts'
import type { Stores } from './stores.ts'

/** Prices and accounts: what every stage looks things up in. */
export interface Reference {
  readonly catalogue: Catalogue
  readonly catalogueFolder: string
  readonly directory: Directory
}

export interface RatingParts extends Reference {
  readonly ledger: Ledger
  readonly pipeline: PipelineParts
}

export const SAMPLE_CATALOGUE_FOLDER = join(
  import.meta.dirname,
  '..',
  '..',
  'fixtures',
  'catalogue',
)

export async function openReference(stores: Stores): Promise<Reference> {
  const directory = await directoryOf(stores)
  const catalogueFolder = catalogueFolderOf(stores, directory)
  const known =
    catalogues.get(stores.folder) ?? loadCatalogue(catalogueFolder, deckCache(stores.folder))
  catalogues.set(stores.folder, known)
  return { catalogue: await known, catalogueFolder, directory }
}

/**
 * Price decks are compiled once for a content, and read from the data folder after that. A folder that is
 * not there yet is not made for it.
 */
export function deckCache({ path }: Pick<DataFolder, 'path'>): CatalogueOptions {
  return existsSync(path) ? { cacheFolder: join(path, 'cache') } : {}
}

/** A command works with one catalogue from its start to its end, and reads it once. */
const catalogues = new WeakMap<DataFolder, Promise<Catalogue>>()

/** The catalogue that these stores are asked with from now on. */
export function useCatalogue({ folder }: Stores, catalogue: Catalogue): void {
  catalogues.set(folder, Promise.resolve(catalogue))
}

export async function openRatingParts(stores: Stores): Promise<RatingParts> {
  const reference = await openReference(stores)
  const ledger = createClickHouseLedger(stores.clickhouse)
  const pipeline: PipelineParts = {
    ledger,
    rater: createRater({ ...reference, balanceNumbersMax: stores.config.balanceNumbersMax }),
    duplicates: createDuplicateWindow(ledger),
    catalogueHash: catalogueKey(reference.catalogue),
  }
  return { ...reference, ledger, pipeline }
}

/** What a ledger row keeps of the catalogue's hash. */
export function catalogueKey(catalogue: Catalogue): string {
  return catalogue.hash.slice(0, 16)
}

/**
 * The configured catalogue, or the one in the data folder. Without any accounts nothing can be
 * priced, so for trying out a file the sample catalogue will do; it says so.
 */
export function catalogueFolderOf(
  { config, talk }: Pick<Stores, 'config' | 'talk'>,
  directory: Directory,
): string {
  const folder = config.catalogueFolder ?? join(config.dataFolder, 'catalogue')
  if (existsSync(folder)) return folder
  if (directory.accounts.size > 0 || config.catalogueFolder !== undefined) {
    throw new TikError('catalogue_invalid', `there is no catalogue in ${folder}`, {
      hint: 'put your price catalogue there or name its folder with TIK_CATALOGUE',
    })
  }
  talk.remark(`No accounts and no catalogue in ${config.dataFolder}: using the sample catalogue.`)
  return SAMPLE_CATALOGUE_FOLDER
}
