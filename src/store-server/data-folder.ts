/**
 * One process at a time owns a data folder: the embedded engines keep state in memory and would
 * corrupt each other. The lock lies in the folder (folder-lock.ts) and is taken before anything in it is
 * opened; beside it listens a local socket, which whoever comes second asks who that is, and says so.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, realpathSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { TikError } from '../core/failures/errors.ts'
import { lockFolder } from './folder-lock.ts'
import { sweepRebuild } from './replace-ledger.ts'
import { sweepLeftovers } from './sweep-leftovers.ts'
import { restrictFolder, type FolderAccess } from './folder-rights.ts'

export interface DataFolder extends AsyncDisposable {
  readonly path: string
  /** Path of a part of the folder, created when it is not there. */
  subfolder(name: DataSubfolder): string
}

/** ledger, operations: the embedded stores; the rest is for people and for recovery. */
export type DataSubfolder =
  | 'ledger'
  | 'operations'
  | 'archive'
  | 'catalogue'
  | 'mails'
  | 'invoices'
  | 'exports'
  | 'cdr'
  | 'quarantine'

const ANSWER_TIMEOUT_MS = 500

/**
 * Creates the folder when needed, keeps others out of it and locks it. Throws `data_folder_busy`
 * naming the owner.
 */
export async function openDataFolder(
  path: string,
  command: string,
  access: FolderAccess = 'owner',
): Promise<DataFolder> {
  restrictFolder(path, access)
  const real = realpathSync(path)
  const address = lockAddress(real)
  await using opening = new AsyncDisposableStack()
  const lock = lockFolder(real)
  if (lock === undefined) throw busy(real, await askOwner(address))
  opening.use(lock)
  if (process.platform !== 'linux') rmSync(address, { force: true }) // Of a killed process: Linux frees it by itself.
  const server = await listen(address, `${command}, process ${process.pid}`)
  if (server === undefined) throw busy(real, await askOwner(address)) // By a tik without the lock in the folder.
  opening.defer(() => new Promise<void>((resolve) => server.close(() => resolve())))
  sweepLeftovers(real)
  sweepRebuild(real)
  const locked = opening.move()
  return {
    path: real,
    subfolder(name) {
      const folder = join(real, name)
      mkdirSync(folder, { recursive: true })
      return folder
    },
    [Symbol.asyncDispose]: () => locked.disposeAsync(),
  }
}

function busy(path: string, owner: string | undefined): TikError {
  const whom = owner ?? 'another process, perhaps of another container'
  return new TikError('data_folder_busy', `${path} is in use by ${whom}`, {
    hint: 'wait until it is done or stop it, or choose another folder with --dir',
  })
}

/** An abstract socket on Linux (no file to leave behind), a socket file elsewhere. */
function lockAddress(path: string): string {
  const name = createHash('sha256').update(path).digest('hex').slice(0, 32)
  return process.platform === 'linux' ? `\0tik-${name}` : join(path, 'tik.lock')
}

function listen(address: string, owner: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.end(owner)
    })
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen(address, () => {
      server.unref() // The lock must not keep a finished command alive.
      resolve(server)
    })
  })
}

function askOwner(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = createConnection(address)
    const done = () => {
      socket.destroy()
      resolve(answer === '' ? undefined : answer)
    }
    socket.setTimeout(ANSWER_TIMEOUT_MS, done)
    socket.on('data', (chunk) => (answer += chunk.toString('utf8')))
    socket.on('end', done)
    socket.on('error', done)
  })
}
