/** A process that dies at its nth write: nothing of it reaches the stores from then on. */
import type { ClickHouseStore } from '../../src/ledger/engine/clickhouse-store.ts'
import type { OperationsStore } from '../../src/postgres/operations-store.ts'

export const DEATH = new Error('the process is gone')

/** Counts the writes of both stores together; `operations` alone where there is no ledger. */
export function dyingAt(
  nth: number,
  operations: OperationsStore,
  clickhouse?: ClickHouseStore,
): { operations: OperationsStore; clickhouse: ClickHouseStore | undefined } {
  let writesCount = 0
  const alive = (): void => {
    writesCount += 1
    if (writesCount >= nth) throw DEATH
  }
  return {
    operations: {
      query: (...asked) => operations.query(...asked),
      script: (text) => operations.script(text),
      close: () => operations.close(),
      [Symbol.asyncDispose]: async () => {},
      async execute(...asked) {
        alive()
        return operations.execute(...asked)
      },
      async transaction(work) {
        alive()
        return operations.transaction(work)
      },
    },
    clickhouse:
      clickhouse === undefined
        ? undefined
        : {
            ...clickhouse,
            async command(...asked) {
              alive()
              return clickhouse.command(...asked)
            },
          },
  }
}
