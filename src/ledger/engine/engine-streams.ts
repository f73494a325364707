/**
 * Results of the embedded engine that are read in chunks. Whoever reads may leave at any chunk, by a
 * break, an exception or because standard output is closed; the engine would crash the process if a
 * connection ended under a query, so what was left is ended here, in order, and waited for.
 */
import type { drainPending as DrainPending, Session as EngineSession } from 'chdb'

export interface EngineStreams extends AsyncDisposable {
  /** One stream at a time per connection: each has its own. Throws when the store is closed. */
  read(sql: string, params: object, format: StreamFormat): AsyncGenerator<EngineChunk>
}

export type StreamFormat = 'JSONEachRow'

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
  let isClosed = false
  return {
    async *read(sql, params, format) {
      if (isClosed) throw new Error('the store is closed')
      const session = new engine.Session(folder)
      open.add(session)
      try {
        yield* session.queryStreamBind(sql, params, { format })
      } finally {
        session.close() // Behind the chunk that is under way, if one is.
        open.delete(session)
      }
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
      for (const session of open) session.close()
      open.clear()
      await engine.drainPending()
    },
  }
}
