/** A transaction that goes on, as a store: for who asks a store what a change would mean, before it is made. */
import type { OperationsStore, SqlRunner } from './operations-store.ts'

/** Transactions within it are parts of the one that goes on; closing it closes nothing. */
export function storeWithin(sql: SqlRunner): OperationsStore {
  return {
    query: (statement, parameters, row) => sql.query(statement, parameters, row),
    execute: (statement, parameters) => sql.execute(statement, parameters),
    script: (statements) => sql.script(statements),
    transaction: (work) => work(sql),
    close: nothing,
    [Symbol.asyncDispose]: nothing,
  }
}

function nothing(): Promise<void> {
  return Promise.resolve()
}
