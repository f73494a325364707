/**
 * Files into the ledger, one after the other: a file gets the next number of the log, is archived,
 * rated and marked finished. What an earlier run left half done is finished first, so the log has
 * one order whatever was interrupted. The same content again is recognised and not taken twice.
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { TikError } from '../core/errors.ts'
import type { NewSourceFile, SourceFile } from '../ledger/source-files.ts'
import type { Tally } from '../pipeline.ts'
import { archivedSource, archiveSource } from './archived-source.ts'
import { withCarry } from './carry-open.ts'
import { archivedPath, archiveStagedFile, discardStagedFile, stageFile } from './file-archive.ts'
import type { FileFacts, SourceConfig } from './format.ts'
import type { OpenSummary } from './open-calls.ts'
import { isReadyName } from './pick-up.ts'
import type { FileResult } from './rate-file.ts'

export interface IngestParts {
  readonly files: FileRegister
  readonly archiveFolder: string
  /** How the file is to be read; throws `format_unknown` where nobody can tell. */
  readonly chooseSource: (path: string) => Promise<SourceConfig>
  /** Control totals of a file that is new; see check-totals.ts. */
  readonly check: (path: string, source: SourceConfig, contentHash: string) => Promise<FileFacts>
  /** Records what is not recorded yet, and keeps what the file leaves open. */
  readonly rate: (
    file: SourceFile,
    path: string,
    source: SourceConfig,
  ) => Promise<FileResult & { readonly open: OpenSummary }>
}

export interface IngestedFile {
  /** Where it was found; '' when an earlier run took it in and this one finished it. */
  readonly path: string
  readonly name: string
  readonly fileNumber: number
  /** `refused`: its control totals do not fit, so nothing of it was counted. */
  readonly state: 'ingested' | 'resumed' | 'known' | 'refused'
  readonly format: string
  readonly sourceId: string
  readonly records: number
  /** What this run recorded; undefined for a known or refused file. */
  readonly tally: Tally | undefined
  /** What its source has open after it; undefined for a known or refused file. */
  readonly open: OpenSummary | undefined
  /** Why the file was refused, or what is odd about it, a sentence each. */
  readonly problems: readonly string[]
}

/** The embedded log's list of files: src/ledger/source-files.ts over a store. */
export interface FileRegister {
  list(): Promise<SourceFile[]>
  register(file: NewSourceFile): Promise<{ file: SourceFile; known: boolean }>
  finish(file: SourceFile, recordsCount: number): Promise<void>
}

/** Takes in the files in the given order; yields one report a file, as it is done. */
export async function* ingestFiles(
  paths: readonly string[],
  parts: IngestParts,
): AsyncGenerator<IngestedFile> {
  for (const file of await parts.files.list()) {
    if (!file.finished) yield await finishFile(file, 'resumed', parts)
  }
  for (const path of paths) yield await ingestFile(path, parts)
}

async function ingestFile(path: string, parts: IngestParts): Promise<IngestedFile> {
  const source = withCarry(await parts.chooseSource(path))
  const staged = await stageFile(path, parts.archiveFolder)
  const { name, contentHash, bytes } = staged
  const { sourceId, format } = source
  const known = (await parts.files.list()).find((file) => file.contentHash === contentHash)
  if (known !== undefined) {
    await discardStagedFile(staged)
    const problems = known.name === name ? [] : [`was taken in before as ${known.name}`]
    const nothing = { tally: undefined, open: undefined, problems }
    return { ...reportOf(known), path, name, state: 'known', ...nothing }
  }
  const { mayCount, problems, ...place } = await parts.check(staged.stagedPath, source, contentHash)
  if (!mayCount) {
    await discardStagedFile(staged)
    const counted = { fileNumber: 0, records: 0, tally: undefined, open: undefined }
    return { path, name, state: 'refused', format, sourceId, ...counted, problems }
  }
  // First the bytes and how to read them, then the number: a numbered file can always be finished.
  await archiveStagedFile(staged, parts.archiveFolder)
  archiveSource(staged, source, parts.archiveFolder)
  const { stream, sequence, sequenceMax } = place
  const identity = { name, contentHash, stream, sequence, sequenceMax }
  const { file } = await parts.files.register({ ...identity, sourceId, format, bytes })
  return { ...(await finishFile(file, 'ingested', parts)), path, problems }
}

/** Files named by a list of files and folders; a folder's files by name, unfinished ones left out. */
export function expandPaths(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const status = statSync(path, { throwIfNoEntry: false })
    if (status === undefined)
      throw new TikError('file_missing', `there is no file or folder ${path}`)
    if (!status.isDirectory()) return [path]
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile() && isReadyName(entry.name))
      .map((entry) => join(path, entry.name))
      .sort()
  })
}

async function finishFile(
  file: SourceFile,
  state: 'ingested' | 'resumed',
  parts: IngestParts,
): Promise<IngestedFile> {
  const source = archivedSource(file, parts.archiveFolder)
  const path = archivedPath(parts.archiveFolder, file)
  const { records, tally, open } = await parts.rate(file, path, source)
  await parts.files.finish(file, records)
  return { ...reportOf(file), path: '', state, records, tally, open }
}

function reportOf(file: SourceFile) {
  const { name, number, format, sourceId, recordsCount } = file
  return { name, fileNumber: number, format, sourceId, records: recordsCount, problems: [] }
}
