/**
 * ClickHouse as a server or cluster, over HTTP. Native blocks are the body of the same conditional
 * insert that the embedded engine runs, read through input().
 */
import { Readable } from 'node:stream'
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'
import type { ClickHouseEngine, NativeInsert, ServerOptions } from './clickhouse-store.ts'
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
