/** How a file was to be read when it came in: kept beside its bytes, for whoever reads it again. */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'
import type { SourceFile } from '../ledger/source-files.ts'
import { sourceOfBefore } from './carry-open.ts'
import { archivedPath } from './file-archive.ts'
import type { SourceConfig } from '../ingest/format.ts'

type ArchivedName = Pick<SourceFile, 'contentHash' | 'name'>

/**
 * The source as it was when the file came in: what `tik verify` reads the file with. Throws
 * `file_unreadable` where it is not there, or no longer what was written.
 */
export function archivedSource(file: ArchivedName, archiveFolder: string): SourceConfig {
  const path = sourcePath(file, archiveFolder)
  try {
    const stored: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return sourceOfBefore(storedSource.parse(stored))
  } catch (cause) {
    throw new TikError('file_unreadable', `${path} does not say how ${file.name} is to be read`, {
      hint: 'get it back from a backup, under the same name',
      cause,
    })
  }
}

export function archiveSource(
  file: ArchivedName,
  source: SourceConfig,
  archiveFolder: string,
): void {
  writeFileSync(sourcePath(file, archiveFolder), JSON.stringify(source), { flush: true })
}

const storedSource = z.custom<SourceConfig>(
  (value) => z.looseObject({ sourceId: z.string() }).safeParse(value).success,
)

function sourcePath(file: ArchivedName, archiveFolder: string): string {
  return `${archivedPath(archiveFolder, file)}.source.json`
}
