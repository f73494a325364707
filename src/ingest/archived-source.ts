/** How a file was to be read when it came in: kept beside its bytes, for whoever reads it again. */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { SourceFile } from '../ledger/source-files.ts'
import { archivedPath } from './file-archive.ts'
import type { SourceConfig } from './format.ts'

type ArchivedName = Pick<SourceFile, 'contentHash' | 'name'>

/** The source as it was when the file came in: what `tik verify` reads the file with. */
export function archivedSource(file: ArchivedName, archiveFolder: string): SourceConfig {
  const stored: unknown = JSON.parse(readFileSync(sourcePath(file, archiveFolder), 'utf8'))
  return storedSource.parse(stored)
}

export function archiveSource(
  file: ArchivedName,
  source: SourceConfig,
  archiveFolder: string,
): void {
  writeFileSync(sourcePath(file, archiveFolder), JSON.stringify(source))
}

const storedSource = z.custom<SourceConfig>(
  (value) => z.looseObject({ sourceId: z.string() }).safeParse(value).success,
)

function sourcePath(file: ArchivedName, archiveFolder: string): string {
  return `${archivedPath(archiveFolder, file)}.source.json`
}
