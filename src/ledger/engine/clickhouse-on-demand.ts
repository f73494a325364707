/** A ledger that is opened when it is first asked: a command that needs none does not pay for one. */
import type { ClickHouseStore } from './clickhouse-store.ts'

type Known = Pick<ClickHouseStore, 'kind' | 'journal'>

/** `open` is called once at most; where it fails, every question fails as it did. */
export function clickHouseOnDemand(
  { kind, journal }: Known,
  open: () => Promise<ClickHouseStore>,
): ClickHouseStore {
  let opened: Promise<ClickHouseStore> | undefined
  const store = (): Promise<ClickHouseStore> => (opened ??= open())
  const close = async (): Promise<void> => {
    const found = await opened?.catch(() => undefined) // Who asked has heard of it.
    await found?.close()
  }
  return {
    kind,
    journal,
    prepare: async () => (await store()).prepare(),
    query: async (file, params) => (await store()).query(file, params),
    async *stream(file, params) {
      yield* (await store()).stream(file, params)
    },
    async *bytes(file, params, format) {
      yield* (await store()).bytes(file, params, format)
    },
    command: async (sql, params) => (await store()).command(sql, params),
    insertNative: async (insert) => (await store()).insertNative(insert),
    close,
    [Symbol.asyncDispose]: close,
  }
}
