/** The directory as every use case reads it. By itself: who lists something need not load prices and rating. */
import type { Directory } from '../core/accounts/accounts.ts'
import { directoryVersion } from '../directory/store/directory-version.ts'
import { loadDirectory } from '../directory/store/load-directory.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import type { Stores } from './stores.ts'

/**
 * Accounts and what belongs to them, read again when something of it changed. Within a transaction that
 * may be taken back it is read and not kept.
 */
export async function directoryOf({ operations }: Pick<Stores, 'operations'>): Promise<Directory> {
  const version = await directoryVersion(operations)
  const known = directories.get(operations)
  if (known?.version === version) return known.directory
  const directory = await loadDirectory(operations)
  directories.set(operations, { version, directory })
  return directory
}

const directories = new WeakMap<OperationsStore, { version: number; directory: Directory }>()
