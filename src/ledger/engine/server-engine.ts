/**
 * ClickHouse as a server or cluster, over HTTP. Native blocks are the body of the same conditional
 * insert that the embedded engine runs, read through input().
 */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'
import { TikError } from '../../core/failures/errors.ts'
import type {
  ByteFormat,
  ClickHouseEngine,
  NativeInsert,
  ServerOptions,
} from './clickhouse-store.ts'
import { nativeInsertSql, sqlLiteral } from './native-insert.ts'
import type { QueryParams } from './query-file.ts'

const REQUEST_TIMEOUT_MS = 60_000
/** Errors are thrown; the client need not print them as well. */
const QUIET = { level: ClickHouseLogLevel.OFF }

export async function openServerEngine(options: ServerOptions): Promise<ClickHouseEngine> {
  const client = createClient({ ...options, request_timeout: REQUEST_TIMEOUT_MS, log: QUIET })
  return Promise.resolve({
    kind: 'server',
    client,
    prepare: () => createDatabase(options),
    insertNative: (insert: NativeInsert) => insertBody(client, insert),
    streamRows: (sql: string, params: QueryParams) => streamRows(client, sql, params),
    streamBytes: (sql, params, format) => streamBytes(client, sql, params, format),
    close: () => client.close(),
  })
}

/** A connection to a database that is not there yet fails, so this one names none. */
async function createDatabase(options: ServerOptions): Promise<void> {
  const { database, ...rest } = options
  const client = createClient({ ...rest, request_timeout: REQUEST_TIMEOUT_MS, log: QUIET })
  try {
    await client.command({
      query: 'CREATE DATABASE IF NOT EXISTS {database:Identifier}',
      query_params: { database },
    })
  } finally {
    await client.close()
  }
}

async function insertBody(client: ClickHouseClient, insert: NativeInsert): Promise<void> {
  const from = `input(${sqlLiteral(insert.structure)})`
  const result = await client.exec({
    query: `${nativeInsertSql(insert, from)} FORMAT Native`,
    values: Readable.from(insert.block, { objectMode: false }),
  })
  for await (const chunk of result.stream) void chunk // The answer is empty; reading it frees the socket.
}

async function* streamRows(
  client: ClickHouseClient,
  sql: string,
  params: QueryParams,
): AsyncGenerator<unknown[]> {
  const result = await client.query({
    query: sql,
    query_params: { ...params },
    format: 'JSONEachRow',
  })
  try {
    for await (const rows of result.stream()) yield rows.map((row) => row.json())
  } finally {
    result.close()
  }
}

/** Last bytes of a Parquet file that is whole. */
const PARQUET_END = 'PAR1'

async function* streamBytes(
  client: ClickHouseClient,
  sql: string,
  params: QueryParams,
  format: ByteFormat,
): AsyncGenerator<Uint8Array> {
  // Texts come when all of them are there: after an answer has begun, an error would be part of it. A file of
  // gigabytes cannot wait, but tells by its end whether it is whole.
  const settings = format === 'RawBLOB' ? { wait_end_of_query: 1 as const } : {}
  const { stream } = await client.exec({
    query: `${sql}\nFORMAT ${format}`,
    query_params: { ...params },
    clickhouse_settings: settings,
  })
  let end = Buffer.alloc(0)
  try {
    for await (const chunk of stream) {
      assert(Buffer.isBuffer(chunk), 'a stream of bytes comes in buffers')
      end = Buffer.concat([end, chunk.subarray(-PARQUET_END.length)]).subarray(-PARQUET_END.length)
      yield chunk
    }
  } finally {
    stream.destroy()
  }
  if (format === 'Parquet' && end.toString('latin1') !== PARQUET_END) {
    throw new TikError('ledger_unavailable', 'the server ended the file before its end')
  }
}
