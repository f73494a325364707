/**
 * Several acts as one transaction of the operations store: all of them, with the notes of them in the
 * audit log, or none. What they write elsewhere must bear to be done again.
 */
import { withinTransaction } from '../postgres/within-transaction.ts'
import type { Desk } from './desk.ts'

export function asOne<Result>(
  desk: Desk,
  work: (within: Desk) => Promise<Result>,
): Promise<Result> {
  return desk.operations.transaction((sql) => work({ ...desk, operations: withinTransaction(sql) }))
}
