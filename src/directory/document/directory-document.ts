/** Reads an accounts document: for the import into the store, and for rating without any store. */
import type { Directory } from '../../core/accounts/accounts.ts'
import { asHeld } from '../../core/accounts/held-subscriptions.ts'
import { buildDirectory, type DirectoryContent, type KnownDirectory } from './build-directory.ts'
import type { CatalogueIds } from './build-directory.ts'
import { directoryDocumentSchema, type DirectoryDocument } from './directory-schema.ts'
import { readLocatedDocument } from './located-document.ts'

/**
 * The directory that a YAML or JSON file describes. Throws `accounts_invalid` naming every wrong
 * line, `file_missing` when it cannot be read.
 */
export async function readDirectoryDocument(path: string): Promise<Directory> {
  return asHeld((await readDirectoryContent(path)).directory)
}

/** Read only when the document names something of the catalogue; undefined where there is none. */
export type ReadCatalogueIds = () => Promise<CatalogueIds | undefined>

/** The same with one-off charges and webhooks; it may refer to what `known` has already. */
export async function readDirectoryContent(
  path: string,
  known?: KnownDirectory,
  readCatalogueIds: ReadCatalogueIds = () => Promise.resolve(undefined),
): Promise<DirectoryContent> {
  const document = await readLocatedDocument(path, directoryDocumentSchema)
  const catalogue = namesOfCatalogue(document.content) ? await readCatalogueIds() : undefined
  const { content, problems } = buildDirectory(document.content, known && { ...known, catalogue })
  document.assertNone(problems)
  return content
}

function namesOfCatalogue({ accounts, groups }: DirectoryDocument): boolean {
  return (
    groups.some(({ allowances }) => allowances.length > 0) ||
    accounts.some(({ discounts }) => discounts.some(({ callType }) => callType !== ''))
  )
}
