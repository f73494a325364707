/**
 * The operations store: what people edit and what needs uniqueness or transactions. The same SQL
 * runs on PGlite in a folder and on a PostgreSQL server; nothing outside this folder knows which.
 * Instants are bigint epoch milliseconds, money bigint micros: they come back as exact integers.
 */
import type { z } from 'zod'

type SqlScalar = string | number | boolean | null
/** JSON is passed as text and cast in the statement (`$1::jsonb`); `undefined` has no meaning. */
export type SqlValue = SqlScalar | Uint8Array | readonly SqlScalar[]

/** A statement that PostgreSQL can run, on the store or inside a transaction. */
export interface SqlRunner {
  /**
   * Rows of one statement, each checked by `row`. Throws TikError `operations_unavailable` (try
   * again), `operations_conflict` (a unique key or a concurrent change), `migration_needed`.
   */
  query<Row>(
    statement: string,
    parameters: readonly SqlValue[],
    row: z.ZodType<Row>,
  ): Promise<Row[]>
  /** Runs one statement for its effect; returns how many rows it changed. */
  execute(statement: string, parameters?: readonly SqlValue[]): Promise<number>
  /** Runs a text of several statements without parameters: migrations only. */
  script(statements: string): Promise<void>
}

export interface OperationsStore extends SqlRunner, AsyncDisposable {
  /**
   * Runs `work` in one transaction: all of it or nothing. Use only the runner that `work` is
   * given; the embedded store makes everybody else wait until the transaction ends. Where a server
   * ends it for the sake of another (deadlock, serialization), `work` begins anew, a few times: so it
   * changes nothing but the store. A transaction is READ COMMITTED, each statement seeing what was
   * committed before it; a `snapshot` only reads, and all its statements see one moment.
   */
  transaction<Result>(
    work: (sql: SqlRunner) => Promise<Result>,
    kind?: TransactionKind,
  ): Promise<Result>
  close(): Promise<void>
}

export type TransactionKind = 'change' | 'snapshot'

export type OperationsLocation = { readonly folder: string } | { readonly url: string }

/**
 * Opens the store embedded in `folder` (created when absent; the caller holds openDataFolder's
 * lock) or on the server at `url` (`postgresql://…`).
 */
export async function openOperations(location: OperationsLocation): Promise<OperationsStore> {
  // Each brings a large library, and a process has one of them at most.
  if ('url' in location) {
    const { openServerOperations } = await import('./server-operations.ts')
    return openServerOperations(location.url)
  }
  const { openEmbeddedOperations } = await import('./embedded-operations.ts')
  return openEmbeddedOperations(location.folder)
}
