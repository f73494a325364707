/** A ledger that nobody may ask. */
import type { ClickHouseStore } from '../../src/ledger/engine/clickhouse-store.ts'

const refuse = (): never => {
  throw new Error('this asks no ledger')
}

export const NO_LEDGER: ClickHouseStore = {
  kind: 'embedded',
  journal: undefined,
  prepare: refuse,
  query: refuse,
  stream: refuse,
  bytes: refuse,
  command: refuse,
  insertNative: refuse,
  close: refuse,
  [Symbol.asyncDispose]: refuse,
}
