/**
 * Files into the ledger, one after the other: a file gets the next number of the log, is archived,
 * rated and marked finished. What an earlier run left half done is finished first, so the log has
 * one order whatever was interrupted. The same content again is recognised and not taken twice.
 */
import { readdirSync, statSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'
import type { ErrorCode } from '../core/failures/errors.ts'
import type { NewSourceFile, SourceFile } from '../ledger/source-files.ts'
import type { Tally } from '../pipeline.ts'
import { archivedSource, archiveSource } from './archived-source.ts'
import { withCarry } from './carry-open.ts'
import { archivedPath, archiveStagedFile, discardStagedFile } from './file-archive.ts'
import { intactArchivedPath, stageFile, syncArchive } from './file-archive.ts'
import type { FileFacts, SourceConfig } from '../ingest/format.ts'
import { continuedFile } from '../ingest/formats/file-rows.ts'
import { openKnownContents } from './known-contents.ts'
import type { KnownContents } from './known-contents.ts'
import type { OpenSummary } from './open-calls.ts'
import { isReadyName } from './pick-up.ts'
import type { ReadOptions } from '../ingest/reading/read-file.ts'
import type { FileResult } from './rate-file.ts'

export interface IngestParts {
  readonly files: FileRegister
  readonly archiveFolder: string
  /** Bounds of unpacking and the signal to stop, for files that are new. */
  readonly reading?: ReadOptions
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
  /**
   * `refused`: it cannot be read or its control totals do not fit, so nothing of it was counted.
   * `unfinished`: it is in the archive and has its number, but cannot be read to its end at present.
   */
  readonly state: 'ingested' | 'resumed' | 'known' | 'refused' | 'unfinished'
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

/**
 * Takes in the files in the given order; yields one report a file, as it is done. A file that cannot be
 * read, or that an earlier run left and that cannot be finished now, says why and the others go on.
 */
export async function* ingestFiles(
  paths: readonly string[],
  parts: IngestParts,
): AsyncGenerator<IngestedFile> {
  const files = await parts.files.list()
  for (const file of files) {
    if (!file.finished) yield await finishOrName(file, 'resumed', parts)
  }
  if (paths.length === 0) return
  const contents = await openKnownContents(parts.archiveFolder, await parts.files.list())
  for (const path of paths) yield await ingestOrName(path, { ...parts, contents })
}

interface NewFileParts extends IngestParts {
  readonly contents: KnownContents
}

/** What is wrong with one file, or with how its source says that it is to be read. */
const OF_THE_FILE: ReadonlySet<string> = new Set<ErrorCode>([
  'file_missing',
  'file_unreadable',
  'format_unknown',
  'mapping_invalid',
])

async function ingestOrName(path: string, parts: NewFileParts): Promise<IngestedFile> {
  const name = basename(path)
  try {
    return await ingestFile(path, parts)
  } catch (error) {
    if (!(error instanceof TikError) || !OF_THE_FILE.has(error.code)) throw error
    const where = { path, name, format: '', sourceId: '', fileNumber: 0, records: 0 }
    return { ...where, state: 'refused', ...NOTHING_DONE, problems: sentencesOf(error) }
  }
}

async function finishOrName(
  file: SourceFile,
  state: 'ingested' | 'resumed',
  parts: IngestParts,
): Promise<IngestedFile> {
  try {
    return await finishFile(file, state, parts)
  } catch (error) {
    const isStopped = parts.reading?.signal?.aborted === true // With whatever reason.
    if (isStopped || !isOfTheFile(error)) throw error
    const why = error instanceof TikError ? sentencesOf(error) : [`a bug: ${String(error)}`]
    const problems = [...why, 'the next `tik ingest` tries to finish it again']
    return { ...reportOf(file), path: '', state: 'unfinished', ...NOTHING_DONE, problems }
  }
}

/**
 * Not a stop, and not what would stop every other file too: a store or a disk that is away, somebody
 * else who rates. A bug that one file shows is reported with it; its records wait in the archive.
 */
function isOfTheFile(error: unknown): boolean {
  if (error instanceof TikError) return OF_THE_FILE.has(error.code)
  return error instanceof Error && error.name !== 'AbortError'
}

function sentencesOf({ message, hint }: TikError): string[] {
  return [hint === undefined ? message : `${message} (${hint})`]
}

const NOTHING_DONE = { tally: undefined, open: undefined } as const

async function ingestFile(path: string, parts: NewFileParts): Promise<IngestedFile> {
  const { archiveFolder, contents, reading } = parts
  const source = withCarry(await parts.chooseSource(path))
  const prefixLengths = contents.lengthsOf(source)
  const staged = await stageFile(path, archiveFolder, { ...reading, prefixLengths })
  const { name, contentHash, bytes } = staged
  const { sourceId, format } = source
  const known = contents.same(staged)
  if (known !== undefined) {
    await discardStagedFile(staged)
    const problems = known.name === name ? [] : [`was taken in before as ${known.name}`]
    return { ...reportOf(known), path, name, state: 'known', ...NOTHING_DONE, problems }
  }
  const { mayCount, problems, ...place } = await parts.check(staged.stagedPath, source, contentHash)
  if (!mayCount) {
    await discardStagedFile(staged)
    const report = { path, name, format, sourceId, fileNumber: 0, records: 0 }
    return { ...report, state: 'refused', ...NOTHING_DONE, problems }
  }
  const containing = await contents.containing(staged, source)
  if (containing !== undefined) {
    await discardStagedFile(staged)
    const whole = [`is the beginning of ${containing.name}, which was taken in before`]
    return { ...reportOf(containing), path, name, state: 'known', ...NOTHING_DONE, problems: whole }
  }
  const continued = contents.continued(staged, source)
  // First the bytes and how to read them, then the number: a numbered file can always be finished.
  await archiveStagedFile(staged, archiveFolder)
  archiveSource(staged, continuing(source, continued, archiveFolder), archiveFolder)
  await syncArchive(archiveFolder)
  const { stream, sequence, sequenceMax } = place
  const identity = { name, contentHash, stream, sequence, sequenceMax }
  const { file } = await parts.files.register({ ...identity, sourceId, format, bytes })
  const finished = await finishOrName(file, 'ingested', parts)
  const isFinished = finished.state === 'ingested'
  contents.add({ ...file, finished: isFinished, recordsCount: finished.records }, staged.content)
  const said = continued === undefined ? [] : [`goes on after what ${continued.name} had`]
  return { ...finished, path, problems: [...problems, ...said, ...finished.problems] }
}

/** Rows that the earlier file had keep the keys that they have there. */
function continuing(
  source: SourceConfig,
  earlier: SourceFile | undefined,
  archiveFolder: string,
): SourceConfig {
  if (earlier === undefined) return source
  const before = z
    .array(continuedFile)
    .parse(archivedSource(earlier, archiveFolder).options['continues'] ?? [])
  const last = { identity: earlier.contentHash, records: earlier.recordsCount }
  return { ...source, options: { ...source.options, continues: [...before, last] } }
}

/** Files named by a list of files and folders; a folder's files by name, unfinished ones left out. */
export function expandPaths(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const status = statSync(path, { throwIfNoEntry: false })
    if (status === undefined)
      throw new TikError('file_missing', `there is no file or folder ${path}`)
    if (!status.isDirectory()) return [path]
    return entriesOf(path)
      .filter((entry) => entry.isFile() && isReadyName(entry.name))
      .map((entry) => join(path, entry.name))
      .sort()
  })
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (cause) {
    throw new TikError('file_unreadable', `the folder ${folder} cannot be read: ${String(cause)}`, {
      hint: 'whoever runs tik must be allowed to read it',
      cause,
    })
  }
}

async function finishFile(
  file: SourceFile,
  state: 'ingested' | 'resumed',
  parts: IngestParts,
): Promise<IngestedFile> {
  const source = archivedSource(file, parts.archiveFolder)
  const { archiveFolder } = parts
  // What was copied just now was hashed on its way.
  const isNew = state === 'ingested'
  const path = isNew
    ? archivedPath(archiveFolder, file)
    : await intactArchivedPath(archiveFolder, file)
  const { records, tally, open } = await parts.rate(file, path, source)
  await parts.files.finish(file, records)
  return { ...reportOf(file), path: '', state, records, tally, open }
}

function reportOf(file: SourceFile) {
  const { name, number, format, sourceId, recordsCount } = file
  return { name, fileNumber: number, format, sourceId, records: recordsCount, problems: [] }
}
