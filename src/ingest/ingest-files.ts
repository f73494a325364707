/**
 * Files into the ledger, one after the other: a file gets the next number of the log, is archived,
 * rated and marked finished. What an earlier run left half done is finished first, so the log has
 * one order whatever was interrupted. The same content again is recognised and not taken twice.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TikError } from '../core/errors.ts'
import type { Tally } from '../pipeline.ts'
import { archivedPath, archiveStagedFile, discardStagedFile, stageFile } from './file-archive.ts'
import type { SourceConfig } from './format.ts'
import type { FileResult } from './rate-file.ts'

/** A file of the embedded log. `recordsCount` is known once the whole file is in the ledger. */
export interface LogFile {
  readonly fileNumber: number
  readonly contentHash: string
  readonly name: string
  readonly sourceId: string
  readonly format: string
  readonly sizeBytes: number
  readonly recordsCount: number | undefined
}

export interface FileRegister {
  list(): Promise<LogFile[]>
  register(file: LogFile): Promise<void>
  finish(fileNumber: number, recordsCount: number): Promise<void>
}

export interface IngestParts {
  readonly register: FileRegister
  readonly archiveFolder: string
  /** How the file is to be read; throws `format_unknown` where nobody can tell. */
  readonly chooseSource: (path: string) => Promise<SourceConfig>
  readonly rate: (file: LogFile, path: string, source: SourceConfig) => Promise<FileResult>
}

export interface IngestedFile {
  readonly name: string
  readonly fileNumber: number
  readonly state: 'ingested' | 'resumed' | 'known'
  readonly format: string
  readonly sourceId: string
  readonly records: number
  /** What this run recorded; undefined for a known file. */
  readonly tally: Tally | undefined
}

/** Takes in the files in the given order; yields one report a file, as it is done. */
export async function* ingestFiles(
  paths: readonly string[],
  parts: IngestParts,
): AsyncGenerator<IngestedFile> {
  const files = await parts.register.list()
  for (const file of files) {
    if (file.recordsCount === undefined) yield await finishFile(file, 'resumed', parts)
  }
  for (const path of paths) {
    const source = await parts.chooseSource(path)
    const staged = await stageFile(path, parts.archiveFolder)
    const known = files.find((file) => file.contentHash === staged.contentHash)
    if (known !== undefined) {
      await discardStagedFile(staged)
      yield { ...reportOf(known), name: staged.name, state: 'known', tally: undefined }
      continue
    }
    const file: LogFile = {
      fileNumber: files.length === 0 ? 1 : Math.max(...files.map((each) => each.fileNumber)) + 1,
      contentHash: staged.contentHash,
      name: staged.name,
      sourceId: source.sourceId,
      format: source.format,
      sizeBytes: staged.bytes,
      recordsCount: undefined,
    }
    await archiveStagedFile(staged, parts.archiveFolder, file.fileNumber)
    writeFileSync(sourcePath(file, parts.archiveFolder), JSON.stringify(source))
    await parts.register.register(file)
    files.push(file)
    yield await finishFile(file, 'ingested', parts)
  }
}

/** Files named by a list of files and folders; a folder's files by name, unfinished ones left out. */
export function expandPaths(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const status = statSync(path, { throwIfNoEntry: false })
    if (status === undefined)
      throw new TikError('file_missing', `there is no file or folder ${path}`)
    if (!status.isDirectory()) return [path]
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !/^\.|\.(tmp|part|filepart)$/.test(entry.name))
      .map((entry) => join(path, entry.name))
      .sort()
  })
}

/** The source as it was when the file came in: what `tik verify` reads the file with. */
export function archivedSource(file: LogFile, archiveFolder: string): SourceConfig {
  const stored: unknown = JSON.parse(readFileSync(sourcePath(file, archiveFolder), 'utf8'))
  return storedSource.parse(stored)
}

const storedSource = z.custom<SourceConfig>(
  (value) => z.looseObject({ sourceId: z.string() }).safeParse(value).success,
)

function sourcePath(file: LogFile, archiveFolder: string): string {
  return `${archivedPath(archiveFolder, file.fileNumber, file.name)}.source.json`
}

async function finishFile(
  file: LogFile,
  state: 'ingested' | 'resumed',
  parts: IngestParts,
): Promise<IngestedFile> {
  const source = archivedSource(file, parts.archiveFolder)
  const path = archivedPath(parts.archiveFolder, file.fileNumber, file.name)
  const { records, tally } = await parts.rate(file, path, source)
  await parts.register.finish(file.fileNumber, records)
  return { ...reportOf(file), state, records, tally }
}

function reportOf(file: LogFile) {
  const { name, fileNumber, format, sourceId } = file
  return { name, fileNumber, format, sourceId, records: file.recordsCount ?? 0 }
}
