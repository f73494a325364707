/**
 * ClickHouse inside this process: chDB over a folder. Native blocks go through a file, because the
 * engine's own insert takes text formats only (docs/decisions/0140 has the numbers).
 */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { open as openFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import type { ClickHouseEngine, EmbeddedOptions, NativeInsert } from './clickhouse-store.ts'
import { BLOCKS_FOLDER, createEngineStreams } from './engine-streams.ts'
import { nativeInsertSql, sqlLiteral } from './native-insert.ts'
import type { QueryParams } from './query-file.ts'

type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>

/** Opens (or creates) the folder. Throws `data_folder_busy` when another process has it. */
export async function openEmbeddedEngine(options: EmbeddedOptions): Promise<ClickHouseEngine> {
  const { folder } = options
  const { createChdbConnection } = await import('chdb/connection')
  const { drainPending, Session } = await import('chdb')
  const blocksFolder = join(folder, BLOCKS_FOLDER)
  mkdirSync(folder, { recursive: true })
  const opened: unknown = open(folder, () => createChdbConnection({ path: folder }))
  rmSync(blocksFolder, { recursive: true, force: true }) // What a killed process left behind.
  mkdirSync(blocksFolder)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- chdb declares the same contract from its own copy of client-common
  const client = createClient({ connection: opened as Connection })
  const streams = createEngineStreams({ Session, drainPending }, folder)
  let blocksCount = 0
  let closed = false

  return {
    kind: 'embedded',
    client,
    prepare: () => Promise.resolve(),
    async insertNative(insert: NativeInsert) {
      const path = join(blocksFolder, `block-${(blocksCount += 1)}.native`)
      try {
        await writePieces(path, insert.block)
        const from = `file(${sqlLiteral(path)}, Native, ${sqlLiteral(insert.structure)})`
        await client.command({ query: nativeInsertSql(insert, from) })
      } finally {
        await rm(path, { force: true })
      }
    },
    async *streamRows(sql: string, params: QueryParams) {
      for await (const chunk of streams.read(sql, { ...params }, 'JSONEachRow')) yield chunk.rows()
    },
    streamBytes: (sql, params, format) => streams.bytes(sql, params, format),
    async close() {
      if (closed) return
      closed = true
      await streams[Symbol.asyncDispose]()
      await client.close()
      await drainPending()
    },
  }
}

async function writePieces(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  await using file = await openFile(path, 'w')
  const { bytesWritten } = await file.writev(pieces)
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
  if (bytesWritten !== bytes) throw new TikError('disk_full', `${path} could not be written whole`)
}

/** chDB says only that it failed, and why on standard error; the usual cause is another owner. */
function open<Opened>(folder: string, connect: () => Opened): Opened {
  try {
    return connect()
  } catch (error) {
    accessSync(folder, constants.R_OK | constants.W_OK) // A read-only folder is nobody's fault.
    const owner = ownerOf(folder)
    if (owner === undefined || !isAlive(owner)) {
      throw new TikError('ledger_unavailable', `the ledger in ${folder} cannot be opened`, {
        cause: error,
        hint: 'see the line of the engine above; check rights and room on the disk',
      })
    }
    throw new TikError('data_folder_busy', `${folder} is in use by process ${owner}`, {
      cause: error,
      hint: 'wait until it is done or stop it, or choose another folder with --dir',
    })
  }
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' // Somebody else's.
  }
}

const statusFile = z.string().regex(/^PID: \d+/)

/** Process id that the engine noted in the folder's `status` file, if there is one. */
function ownerOf(folder: string): number | undefined {
  const path = join(folder, 'status')
  if (!existsSync(path)) return undefined
  const status = statusFile.safeParse(readFileSync(path, 'utf8'))
  return status.success ? Number.parseInt(status.data.slice('PID: '.length), 10) : undefined
}
