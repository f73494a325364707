/**
 * The files of the embedded log. Each file that is taken in gets the next number, which is its log
 * partition; the record's place in the file is the offset. Append only: registered, then finished.
 */
import { z } from 'zod'
import type { ClickHouseStore } from './engine/clickhouse-store.ts'
import { exactInteger, queryFile } from './engine/query-file.ts'

export interface SourceFile {
  readonly number: number
  readonly name: string
  /** SHA-256 of the bytes, hex: the file's identity. */
  readonly contentHash: string
  readonly sourceId: string
  readonly format: string
  readonly bytes: number
  /** The sender's own numbering of its files: '' and -1 where the format has none. */
  readonly stream: string
  readonly sequence: number
  /** After this number the next one is 1. */
  readonly sequenceMax: number
  /** 0 until the file is finished. */
  readonly recordsCount: number
  readonly finished: boolean
  readonly registeredMs: number
}

export type NewSourceFile = Pick<
  SourceFile,
  'name' | 'contentHash' | 'sourceId' | 'format' | 'bytes' | 'stream' | 'sequence' | 'sequenceMax'
>

const sourceFilesQuery = queryFile<{ contentHash: string }>()(
  'source-files',
  z.object({
    number: exactInteger,
    name: z.string(),
    contentHash: z.string(),
    sourceId: z.string(),
    format: z.string(),
    bytes: exactInteger,
    stream: z.string(),
    sequence: exactInteger,
    sequenceMax: exactInteger,
    recordsCount: exactInteger,
    finished: z.coerce.boolean(),
    registeredMs: exactInteger,
  }),
)

const lastFileNumber = queryFile()('last-file-number', z.object({ number: exactInteger }))

const APPEND_FILE_EVENT = `
INSERT INTO source_files
    (file_number, event, content_hash, name, source_id, format, size_bytes, records_count,
    recorded_at, stream, sequence, sequence_max)
SELECT {number:UInt32}, {event:String}, {contentHash:String}, {name:String}, {sourceId:String},
    {format:String}, {bytes:Int64}, {recordsCount:Int64},
    fromUnixTimestamp64Milli({recordedMs:Int64}, 'UTC'), {stream:String}, {sequence:Int64},
    {sequenceMax:Int64}`

/** All files, by number. */
export function listSourceFiles(store: ClickHouseStore): Promise<SourceFile[]> {
  return store.query(sourceFilesQuery, { contentHash: '' })
}

/** The file with this content, however it was called. */
export async function findSourceFile(
  store: ClickHouseStore,
  contentHash: string,
): Promise<SourceFile | undefined> {
  const [file] = await store.query(sourceFilesQuery, { contentHash })
  return file
}

/**
 * Gives a file the next number. A file that is known by its content keeps the number it has
 * (`known`), so a file that comes twice is not read twice. One process registers at a time.
 */
export async function registerSourceFile(
  store: ClickHouseStore,
  file: NewSourceFile,
  recordedMs: number,
): Promise<{ file: SourceFile; known: boolean }> {
  const known = await findSourceFile(store, file.contentHash)
  if (known !== undefined) return { file: known, known: true }
  const [last] = await store.query(lastFileNumber, {})
  const number = (last?.number ?? 0) + 1
  await store.command(APPEND_FILE_EVENT, {
    ...fileParams(file),
    number,
    event: 'registered',
    recordsCount: 0,
    recordedMs,
  })
  store.journal?.note([{ event: 'registered', ...fileParams(file), number, recordedMs }])
  const registered = { recordsCount: 0, finished: false, registeredMs: recordedMs }
  return { file: { ...file, ...registered, number }, known: false }
}

/** Notes that every record of the file is in the ledger. */
export async function finishSourceFile(
  store: ClickHouseStore,
  file: SourceFile,
  recordsCount: number,
  recordedMs: number,
): Promise<void> {
  if (file.finished) return
  await store.command(APPEND_FILE_EVENT, {
    ...fileParams(file),
    number: file.number,
    event: 'finished',
    recordsCount,
    recordedMs,
  })
  store.journal?.note([{ event: 'finished', number: file.number, recordsCount, recordedMs }])
}

/** Puts an entry back that the list had lost, as it was. */
export async function restoreSourceFile(
  store: ClickHouseStore,
  file: NewSourceFile & Pick<SourceFile, 'number'>,
  entry: { event: 'registered' | 'finished'; recordsCount: number; recordedMs: number },
): Promise<void> {
  await store.command(APPEND_FILE_EVENT, { ...fileParams(file), number: file.number, ...entry })
}

function fileParams(file: NewSourceFile) {
  const { contentHash, name, sourceId, format, bytes, stream, sequence, sequenceMax } = file
  return { contentHash, name, sourceId, format, bytes, stream, sequence, sequenceMax }
}
