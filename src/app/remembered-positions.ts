/**
 * How far bill runs and alerts know the logs to go, kept beside the embedded operations store: a command that only
 * asks the ledger need not open that store to see whether the ledger is whole. What is kept holds as long as no
 * file of the store's own log was written since; whoever opens the store keeps it anew when it closes.
 */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { KnownPosition } from '../ledger/holes/find-holes.ts'
import { knownPositions } from '../postgres/known-positions.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'

const NAME = 'known-positions.json'
/** A ledger has a partition for each file; beyond these the store is asked. */
const POSITIONS_MAX = 50_000

const kept = z.object({
  seal: z.string(),
  positions: z.array(z.object({ source: z.string(), partition: z.int(), nextOffset: z.int() })),
})

/** undefined where the store has to be asked. `folder` is that of the closed store. */
export function rememberedPositions(folder: string): KnownPosition[] | undefined {
  try {
    const { seal, positions } = kept.parse(JSON.parse(readFileSync(join(folder, NAME), 'utf8')))
    return seal === sealOf(folder) ? positions : undefined
  } catch {
    return undefined // Never kept, or cut off: then it is asked.
  }
}

/** The store, which keeps what it knows when it closes. */
export function rememberingPositions(store: OperationsStore, folder: string): OperationsStore {
  let isClosed = false
  async function close(): Promise<void> {
    if (isClosed) return
    isClosed = true
    const positions = await knownPositions(store).catch(() => undefined)
    await store.close()
    keep(folder, positions)
  }
  return { ...store, close, [Symbol.asyncDispose]: close }
}

function keep(folder: string, positions: readonly KnownPosition[] | undefined): void {
  const path = join(folder, NAME)
  try {
    if (positions === undefined || positions.length > POSITIONS_MAX) rmSync(path, { force: true })
    else writeFileSync(path, JSON.stringify({ seal: sealOf(folder), positions }))
  } catch {
    // A full disk, a folder that is read only: the next command asks the store.
  }
}

/** Everything that is committed is written to a file of the log; that of control says where it begins. */
function sealOf(folder: string): string {
  const log = join(folder, 'pg_wal')
  const files = readdirSync(log)
    .sort()
    .map((name) => join(log, name))
  return [...files, join(folder, 'global', 'pg_control')]
    .map((path) => {
      const { ino, size, mtimeNs } = statSync(path, { bigint: true })
      return `${ino}-${size}-${mtimeNs}`
    })
    .join(' ')
}
