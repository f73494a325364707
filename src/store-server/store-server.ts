/**
 * One local process that holds both embedded stores and serves them on loopback with their real
 * protocols: ClickHouse's HTTP and PostgreSQL's wire. Several processes then share one data folder
 * through the ordinary clients, and production differs only by the URLs.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { Server as NetServer, Socket } from 'node:net'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { BLOCKS_FOLDER, createEngineStreams } from '../ledger/engine/engine-streams.ts'
import { createClickHouseHttp } from './clickhouse-http.ts'
import type { EmbeddedQueries } from './clickhouse-http.ts'
import { SERVED_FILE, type ServedStores } from '../core/config/served-stores.ts'
import { openDataFolder } from './data-folder.ts'
import type { FolderAccess } from './folder-rights.ts'
import { createPostgresWire } from './postgres-wire.ts'
import { storeSecret } from './store-secret.ts'

export interface StoreServer extends AsyncDisposable {
  /** The folder that it serves: what TIK_STORES of the other processes names. */
  readonly dataFolder: string
  readonly clickhouseUrl: string
  /** Password of both stores; the user is ClickHouse's `default` and PostgreSQL's `postgres`. */
  readonly secret: string
  /** With the password in it. */
  readonly postgresUrl: string
}

export interface StoreServerOptions {
  readonly dataFolder: string
  readonly access?: FolderAccess
  /** 0 takes a free port. */
  readonly clickhousePort?: number
  readonly postgresPort?: number
}

/** Everybody on this machine can knock here, so both stores ask for the folder's secret. */
const HOST = '127.0.0.1'

/** Throws `data_folder_busy` when another process has the folder. */
export async function startStoreServer(options: StoreServerOptions): Promise<StoreServer> {
  await using opening = new AsyncDisposableStack()
  const folder = opening.use(
    await openDataFolder(options.dataFolder, 'tik store-server', options.access),
  )
  const engine = opening.use(await openQueries(folder.subfolder('ledger')))
  const postgres = await PGlite.create({ dataDir: folder.subfolder('operations') })
  opening.defer(() => postgres.close())
  const secret = storeSecret(folder.path)
  const wire = createPostgresWire(postgres, secret)
  const wireSockets = new Set<Socket>()
  wire.on('connection', (socket) => {
    wireSockets.add(socket)
    socket.once('close', () => wireSockets.delete(socket))
  })
  await listen(wire, options.postgresPort ?? 0)
  opening.defer(async () => {
    const closed = new Promise((resolve) => wire.close(resolve))
    for (const socket of wireSockets) socket.destroy()
    await closed
  })

  // Last, so that an answer to /ping means that both stores are there.
  const http = createClickHouseHttp({ engine, blocksFolder: engine.blocksFolder, secret })
  await listen(http, options.clickhousePort ?? 0)
  opening.defer(() => closeServer(http))

  const clickhouseUrl = `http://${HOST}:${portOf(http)}`
  const postgresUrl = `postgres://postgres:${secret}@${HOST}:${portOf(wire)}/postgres?sslmode=disable`
  const servedPath = join(folder.path, SERVED_FILE)
  const served: ServedStores = { clickhouseUrl, clickhousePassword: secret, postgresUrl }
  writeFileSync(servedPath, `${JSON.stringify(served, null, 2)}\n`, { mode: 0o600 })
  opening.defer(() => rmSync(servedPath, { force: true }))
  const opened = opening.move()
  return {
    dataFolder: folder.path,
    clickhouseUrl,
    secret,
    postgresUrl,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

interface OpenQueries extends EmbeddedQueries, AsyncDisposable {
  readonly blocksFolder: string
}

async function openQueries(folder: string): Promise<OpenQueries> {
  const { Session, drainPending } = await import('chdb')
  const session = new Session(folder)
  const streams = createEngineStreams({ Session, drainPending }, folder)
  const blocksFolder = join(folder, BLOCKS_FOLDER)
  rmSync(blocksFolder, { recursive: true, force: true }) // What a killed process left behind.
  mkdirSync(blocksFolder)
  return {
    blocksFolder,
    async query(sql, params, format) {
      // Statements with parameters take turns in the engine, so those without go the other way.
      const hasParams = Object.keys(params).length > 0
      const result = hasParams
        ? await session.queryBindAsync(sql, params, { format })
        : await session.queryAsync(sql, { format })
      return result.bytes()
    },
    stream: (sql, params, format) => streams.bytes(sql, params, format),
    async [Symbol.asyncDispose]() {
      await streams[Symbol.asyncDispose]()
      session.close()
      await drainPending()
    },
  }
}

function listen(server: NetServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, resolve)
  })
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}

function portOf(server: { address(): unknown }): number {
  const address = server.address()
  const isBound = typeof address === 'object' && address !== null && 'port' in address
  return isBound && typeof address.port === 'number' ? address.port : 0
}
