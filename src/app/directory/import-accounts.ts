/** Accounts and what belongs to them, from a document or one of its lists: all of it or nothing. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadCatalogue } from '../../catalogue/load-catalogue.ts'
import type { Directory, User } from '../../core/accounts/accounts.ts'
import type { CatalogueIds, DirectoryContent } from '../../directory/document/build-directory.ts'
import {
  readDirectoryContent,
  type ReadCatalogueIds,
} from '../../directory/document/directory-document.ts'
import { CSV_LISTS, readDirectoryCsv } from '../../directory/document/read-directory-csv.ts'
import { readModulesCsv } from '../../directory/document/read-modules-csv.ts'
import { importDirectory, type ImportReport } from '../../directory/store/import-directory.ts'
import { loadDirectory, loadStoredDirectory } from '../../directory/store/load-directory.ts'
import { lastUsedDayOf } from '../../ledger/last-used-day.ts'
import { isWithinReach, requireOperator, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { deckCache } from '../rating-parts.ts'

/** What a CSV file can hold; a document holds any of it. */
export const IMPORT_LISTS = [...CSV_LISTS, 'modules'] as const
export type ImportList = (typeof IMPORT_LISTS)[number]

export interface ImportWish {
  readonly dryRun: boolean
  readonly atMs: number
  /** What a CSV file holds; undefined for a document. */
  readonly list?: ImportList | undefined
}

/** Importing the same file again changes nothing. Throws `accounts_invalid` with all that is wrong. */
export async function importAccounts(
  desk: Desk,
  file: string,
  { list, dryRun, atMs }: ImportWish,
): Promise<ImportReport> {
  requireOperator(desk.caller)
  const known = await loadStoredDirectory(desk.operations)
  const content = await readContent(file, list, known, () => readCatalogueIds(desk))
  const lastUsedDay = (accountId: string) => lastUsedDayOf(desk.clickhouse, accountId)
  const changedBy = list === 'users' ? 'tik users import' : 'tik accounts import'
  return importDirectory(desk.operations, content, { dryRun, atMs, changedBy, lastUsedDay })
}

/** The users of the accounts that the caller reaches. */
export async function usersOf(desk: Desk, accountId?: string): Promise<User[]> {
  requireRight(desk.caller, 'operate')
  const { users, accounts } = await loadDirectory(desk.operations)
  return users.filter((user) => {
    const account = accounts.get(user.accountId)
    const isOwn = account !== undefined && isWithinReach(desk.caller, account)
    return isOwn && (accountId === undefined || user.accountId === accountId)
  })
}

async function readContent(
  file: string,
  list: ImportList | undefined,
  known: Directory,
  readIds: ReadCatalogueIds,
): Promise<DirectoryContent> {
  if (list === undefined) return readDirectoryContent(file, known, readIds)
  if (list === 'modules') return readModulesCsv(file, known)
  const catalogue = list === 'groups' ? await readIds() : undefined
  return readDirectoryCsv(file, list, { ...known, catalogue })
}

/** Of the catalogue that rates; accounts can be imported before there is one. */
async function readCatalogueIds({ config }: Desk): Promise<CatalogueIds | undefined> {
  const folder = config.catalogueFolder ?? join(config.dataFolder, 'catalogue')
  if (!existsSync(folder)) return undefined
  const { callTypeIndexById, allowances } = await loadCatalogue(
    folder,
    deckCache({ path: config.dataFolder }),
  )
  const lasting = [...allowances.values()].filter(({ period }) => period === 'lifetime')
  return {
    callTypes: new Set(callTypeIndexById.keys()),
    lifetimes: new Set(lasting.map(({ allowanceId }) => allowanceId)),
  }
}
