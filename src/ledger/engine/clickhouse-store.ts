/**
 * One door to ClickHouse: chDB inside this process (a folder) or a server (a URL), with the same
 * client, the same statements and the same errors. Only raw inserts of native blocks and streams
 * differ, and they differ in embedded-engine.ts and server-engine.ts, nowhere else.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import { ledgerError, statementName } from './clickhouse-error.ts'
import { openEmbeddedEngine } from './embedded-engine.ts'
import type { QueryFile, QueryParams } from './query-file.ts'
import { openJournal, type RecordingJournal } from '../holes/recording-journal.ts'
import { openServerEngine } from './server-engine.ts'

export type ClickHouseOptions = EmbeddedOptions | ServerOptions

export interface EmbeddedOptions {
  /** Where each commit is noted beside the archive; none when it is not given. */
  readonly journalPath?: string
  /** chDB's folder; one process at a time. */
  readonly folder: string
}

export interface ServerOptions {
  readonly url: string
  readonly username: string
  readonly password: string
  readonly database: string
}

/** A block in ClickHouse's Native format, to be inserted as one part or not at all. */
export interface NativeInsert {
  readonly table: string
  /** Column names in block order, and `name type, …`; both fixed texts of the code. */
  readonly columns: string
  readonly structure: string
  /** The block's bytes, in pieces that are written one after the other. */
  readonly block: readonly Uint8Array[]
  /** A fixed expression with `{name:Type}` parameters; nothing is inserted unless it is true. */
  readonly condition: string
  readonly conditionParams: Readonly<Record<string, string | number>>
  readonly deduplicationToken: string
}

/** Texts that the statement made, one after the other; or one file with the types of its columns. */
export type ByteFormat = 'RawBLOB' | 'Parquet'

/** What differs between the two ways to reach ClickHouse. */
export interface ClickHouseEngine {
  readonly kind: 'embedded' | 'server'
  readonly client: ClickHouseClient
  /** Creates what the connection needs before its first statement (the database of a server). */
  prepare(): Promise<void>
  insertNative(insert: NativeInsert): Promise<void>
  /** Raw JSONEachRow lines in chunks, parsed; memory stays bounded whatever the result's size. */
  streamRows(sql: string, params: QueryParams): AsyncIterable<unknown[]>
  /** A result as the engine writes it, in pieces; what ends early throws. */
  streamBytes(sql: string, params: QueryParams, format: ByteFormat): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

export interface ClickHouseStore extends AsyncDisposable {
  readonly kind: 'embedded' | 'server'
  /** Of the embedded ledger; a server has its backups. */
  readonly journal: RecordingJournal | undefined
  prepare(): Promise<void>
  /** All rows of a query file, each checked by the file's schema. */
  query<Params extends QueryParams, Row>(
    file: QueryFile<Params, Row>,
    params: Params,
  ): Promise<Row[]>
  /** The same in chunks. Stop reading at any time; the rest is not computed. */
  stream<Params extends QueryParams, Row>(
    file: QueryFile<Params, Row>,
    params: Params,
  ): AsyncIterable<Row[]>
  /** What the engine makes of the rows, passed through; none of it is looked at. */
  bytes<Params extends QueryParams, Row>(
    file: QueryFile<Params, Row>,
    params: Params,
    format: ByteFormat,
  ): AsyncIterable<Uint8Array>
  /** A statement without a result: migrations, small inserts. */
  command(sql: string, params?: QueryParams): Promise<void>
  insertNative(insert: NativeInsert): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the store. Throws `data_folder_busy` when another process has the folder and
 * `ledger_unavailable` when the server does not answer.
 */
export async function openClickHouse(options: ClickHouseOptions): Promise<ClickHouseStore> {
  const engine =
    'folder' in options ? await openEmbeddedEngine(options) : await openServerEngine(options)
  const journalPath = 'folder' in options ? options.journalPath : undefined
  return storeOver(engine, journalPath === undefined ? undefined : openJournal(journalPath))
}

function storeOver(
  engine: ClickHouseEngine,
  journal: RecordingJournal | undefined,
): ClickHouseStore {
  const { client } = engine
  return {
    kind: engine.kind,
    journal,
    prepare: () => translated('prepare', () => engine.prepare()),
    async query(file, params) {
      const rows = await translated(file.name, async () => {
        const result = await client.query({
          query: file.sql,
          query_params: { ...params },
          format: 'JSONEachRow',
        })
        return result.json()
      })
      return rows.map((row) => file.row.parse(row))
    },
    async *stream(file, params) {
      try {
        for await (const rows of engine.streamRows(file.sql, params)) {
          yield rows.map((row) => file.row.parse(row))
        }
      } catch (error) {
        throw ledgerError(error, file.name)
      }
    },
    async *bytes(file, params, format) {
      try {
        yield* engine.streamBytes(file.sql, params, format)
      } catch (error) {
        throw ledgerError(error, file.name)
      }
    },
    async command(sql, params = {}) {
      await translated(statementName(sql), () =>
        client.command({ query: sql, query_params: { ...params } }),
      )
    },
    insertNative: (insert) =>
      translated(`insert into ${insert.table}`, () => engine.insertNative(insert)),
    close: () => engine.close(),
    [Symbol.asyncDispose]: () => engine.close(),
  }
}

async function translated<Result>(doing: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw ledgerError(error, doing)
  }
}
