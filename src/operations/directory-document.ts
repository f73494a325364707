/** Reads an accounts document: for the import into the store, and for rating without any store. */
import type { Directory } from '../core/accounts.ts'
import { buildDirectory, type DirectoryContent, type KnownDirectory } from './build-directory.ts'
import { directoryDocumentSchema, type DirectoryDocument } from './directory-schema.ts'
import { readLocatedDocument } from './located-document.ts'

/**
 * The directory that a YAML or JSON file describes. Throws `accounts_invalid` naming every wrong
 * line, `file_missing` when it cannot be read.
 */
export async function readDirectoryDocument(path: string): Promise<Directory> {
  return (await readDirectoryContent(path)).directory
}

/** Those of the catalogue, read only when the document names one; undefined where there is none. */
export type ReadCallTypes = () => Promise<ReadonlySet<string> | undefined>

/** The same with one-off charges and webhooks; it may refer to what `known` has already. */
export async function readDirectoryContent(
  path: string,
  known?: KnownDirectory,
  readCallTypes: ReadCallTypes = () => Promise.resolve(undefined),
): Promise<DirectoryContent> {
  const document = await readLocatedDocument(path, directoryDocumentSchema)
  const callTypes = namesCallType(document.content) ? await readCallTypes() : undefined
  const { content, problems } = buildDirectory(document.content, known && { ...known, callTypes })
  document.assertNone(problems)
  return content
}

function namesCallType({ accounts }: DirectoryDocument): boolean {
  return accounts.some(({ discounts }) => discounts.some(({ callType }) => callType !== ''))
}
