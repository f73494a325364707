/**
 * A transaction that goes on, as a store: what is done through it is part of that transaction, and a
 * transaction of its own is a savepoint. So that an act, the note of it and the answer that is kept for a
 * second try are there together or not at all. One thing at a time, as in every transaction.
 */
import type { OperationsStore, SqlRunner } from './operations-store.ts'

export function withinTransaction(sql: SqlRunner): OperationsStore {
  let count = 0
  return {
    query: (statement, parameters, row) => sql.query(statement, parameters, row),
    execute: (statement, parameters) => sql.execute(statement, parameters),
    script: (statements) => sql.script(statements),
    async transaction(work) {
      count += 1
      const savepoint = `within_${count}`
      await sql.execute(`SAVEPOINT ${savepoint}`)
      try {
        const result = await work(sql)
        await sql.execute(`RELEASE SAVEPOINT ${savepoint}`)
        return result
      } catch (error) {
        await sql.execute(`ROLLBACK TO SAVEPOINT ${savepoint}`)
        throw error
      }
    },
    // The transaction is its owner's to end.
    async close() {},
    async [Symbol.asyncDispose]() {},
  }
}
