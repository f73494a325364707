/** An operations store that is opened when it is first asked: a command that needs none does not pay for one. */
import type { OperationsStore } from './operations-store.ts'

/** `open` is called once at most; where it fails, every question fails as it did. */
export function operationsOnDemand(open: () => Promise<OperationsStore>): OperationsStore {
  let opened: Promise<OperationsStore> | undefined
  const store = (): Promise<OperationsStore> => (opened ??= open())
  const close = async (): Promise<void> => {
    const found = await opened?.catch(() => undefined) // Who asked has heard of it.
    await found?.close()
  }
  return {
    query: async (statement, parameters, row) => (await store()).query(statement, parameters, row),
    execute: async (statement, parameters) => (await store()).execute(statement, parameters),
    script: async (statements) => (await store()).script(statements),
    transaction: async (work, kind) => (await store()).transaction(work, kind),
    close,
    [Symbol.asyncDispose]: close,
  }
}
