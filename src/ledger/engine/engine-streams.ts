/**
 * Results of the embedded engine that are read in chunks. Whoever reads may leave at any chunk, by a
 * break, an exception or because standard output is closed; the engine would crash the process if a
 * connection ended under a query, so what was left is ended here, in order, and waited for.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { drainPending as DrainPending, Session as EngineSession } from 'chdb'
import { growingFile } from './growing-file.ts'
import { withLiteralParams } from './literal-params.ts'
import { sqlLiteral } from './native-insert.ts'
import type { QueryParams } from './query-file.ts'

export interface EngineStreams extends AsyncDisposable {
  /** One stream at a time per connection: each has its own. Throws when the store is closed. */
  read(sql: string, params: object, format: ChunkFormat): AsyncGenerator<EngineChunk>
  /** What the engine wrote, passed through. */
  bytes(sql: string, params: QueryParams, format: StreamFormat): AsyncGenerator<Uint8Array>
}

/** Each chunk stands for itself: lines, or values that the statement made into texts. */
type ChunkFormat = 'JSONEachRow' | 'RawBLOB'
/** One file from its first byte to its last: the engine would begin one with every chunk. */
type FileFormat = 'Parquet'
export type StreamFormat = ChunkFormat | FileFormat

export interface EngineChunk {
  raw(): Uint8Array
  rows(): unknown[]
}

/** `engine` is the module chdb, which is loaded only where there is a folder. */
export function createEngineStreams(
  engine: { Session: typeof EngineSession; drainPending: typeof DrainPending },
  folder: string,
): EngineStreams {
  const open = new Set<EngineSession>()
  const writing = new Set<string>()
  let isClosed = false
  let filesCount = 0

  function openSession(): EngineSession {
    if (isClosed) throw new Error('the store is closed')
    const session = new engine.Session(folder)
    open.add(session)
    return session
  }
  function close(session: EngineSession): void {
    session.close() // Behind the chunk that is under way, if one is.
    open.delete(session)
  }
  async function* read(sql: string, params: object, format: ChunkFormat) {
    const session = openSession()
    try {
      yield* session.queryStreamBind(sql, params, { format })
    } finally {
      close(session)
    }
  }
  /** The engine writes it to a file beside the blocks of inserts, and it is passed on as it grows. */
  async function* readFile(sql: string, params: QueryParams, format: FileFormat) {
    const session = openSession()
    const path = join(folder, BLOCKS_FOLDER, `result-${(filesCount += 1)}`)
    const select = withLiteralParams(sql, params)
    const written = session.queryAsync(
      `INSERT INTO FUNCTION file(${sqlLiteral(path)}, ${format}) ${select}`,
    )
    writing.add(path)
    try {
      yield* growingFile(path, written)
      writing.delete(path)
    } finally {
      if (writing.delete(path)) await cancel(path)
      await written.catch(() => undefined)
      close(session)
      await rm(path, { force: true })
    }
  }
  /** Nobody reads on. The engine answers at once and ends the query at its next block. */
  async function cancel(path: string): Promise<void> {
    const session = new engine.Session(folder)
    try {
      await session.queryAsync(
        `KILL QUERY WHERE position(query, ${sqlLiteral(path)}) > 0 AND NOT startsWith(query, 'KILL') ASYNC`,
      )
    } finally {
      session.close()
    }
  }
  return {
    read,
    async *bytes(sql, params, format) {
      if (format === 'Parquet') yield* readFile(sql, params, format)
      else for await (const chunk of read(sql, params, format)) yield chunk.raw()
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
      await Promise.all([...writing].map(cancel))
      for (const each of open) each.close()
      open.clear()
      await engine.drainPending()
    },
  }
}

/** Within the engine's folder: what goes through a file. Emptied when the folder is opened. */
export const BLOCKS_FOLDER = 'tik-blocks'
