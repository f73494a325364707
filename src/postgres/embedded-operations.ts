/**
 * The operations store in a folder: PostgreSQL compiled to WebAssembly, in this process. Every
 * statement is written to the folder before it is answered, so a killed process loses nothing that
 * was confirmed. The engine has no fsync: see docs/decisions/0150 for what a power cut can do.
 * One process at a time may open a folder; whoever opens it holds the lock of openDataFolder.
 */
import { accessSync, constants, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite, type Results, type Transaction } from '@electric-sql/pglite'
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'
import { operationsError } from './operations-error.ts'
import type { OperationsStore, SqlRunner } from './operations-store.ts'

/** Opens the cluster in `folder`: 0.2-0.6 s, the first time 3-6 s because it is created. */
export async function openEmbeddedOperations(folder: string): Promise<OperationsStore> {
  await mkdir(folder, { recursive: true })
  const engine = await openEngine(folder)
  let closed = false
  async function close(): Promise<void> {
    if (closed) return
    closed = true
    await engine.close()
  }
  return {
    ...runner(engine),
    // One connection: nobody changes anything between two statements of a transaction, so each is a snapshot.
    transaction: (work) => translated(() => engine.transaction((tx) => work(runner(tx)))),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** What the engine needs at a stroke: a segment of its log. */
const ROOM_BYTES = 16_777_216

/** The engine says only that it failed; what the system says of the folder and its disk says more. */
async function openEngine(folder: string): Promise<PGlite> {
  try {
    return await PGlite.create({ dataDir: folder })
  } catch (cause) {
    accessSync(folder, constants.R_OK | constants.W_OK)
    requireRoom(folder)
    throw new TikError('operations_damaged', `the operations store in ${folder} cannot be opened`, {
      cause,
    })
  }
}

/** Throws the system's error where the disk, or the user's share of it, is full. */
function requireRoom(folder: string): void {
  const path = join(folder, `room-${process.pid}.part`)
  try {
    writeFileSync(path, Buffer.alloc(ROOM_BYTES))
  } finally {
    rmSync(path, { force: true })
  }
}

function runner(engine: PGlite | Transaction): SqlRunner {
  return {
    query: async (statement, parameters, row) => {
      const results = await translated(() => engine.query(statement, [...parameters]))
      return z.array(row).parse(results.rows)
    },
    execute: async (statement, parameters = []) => {
      const results: Results = await translated(() => engine.query(statement, [...parameters]))
      return results.affectedRows ?? 0
    },
    script: async (statements) => {
      await translated(() => engine.exec(statements))
    },
  }
}

async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw operationsError(error)
  }
}
