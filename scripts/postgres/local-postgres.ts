/**
 * A PostgreSQL of our own: a data folder in the system's temporary one, loopback only, a free port, no password, and
 * gone with whoever started it. Its engine is the one that the system has installed.
 */
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface LocalPostgres extends AsyncDisposable {
  readonly version: string
  readonly port: number
  readonly folder: string
  /** Returns the URL of a new database, a copy of another where one is named. */
  createDatabase(name: string, template?: string): string
  dropDatabase(name: string): void
  /** As SIGKILL would, and on the same data again. */
  kill(): Promise<void>
  restart(): Promise<void>
}

export interface LocalPostgresOptions {
  /** A free one when left out. */
  readonly port?: number
}

const ANSWERS_MS_MAX = 30_000
/** PostgreSQL refuses to be root's: it is nobody's then. */
const NOBODY = { uid: 65_534, gid: 65_534 }
/** Kills the server when this process is gone, however it ended: its end of the pipe closes. */
const GUARD = [
  'exec 3<&0',
  '"$@" </dev/null >>"$0" 2>&1 3<&- & server=$!',
  'echo $server',
  '(cat <&3 >/dev/null; kill -9 $server) & watch=$!',
  'wait $server',
  'kill $watch',
].join('\n')

/** Undefined where no PostgreSQL server is installed. */
export function postgresPrograms(): string | undefined {
  const packages = '/usr/lib/postgresql'
  const versions = existsSync(packages) ? readdirSync(packages).sort() : []
  const folders = versions.map((version) => join(packages, version, 'bin')).reverse()
  return folders.find((folder) => existsSync(join(folder, 'initdb')))
}

/** Throws where it does not answer in time; `programs` are those of postgresPrograms. */
export async function startLocalPostgres(
  programs: string,
  options: LocalPostgresOptions = {},
): Promise<LocalPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-postgres-'))
  const data = join(folder, 'data')
  const owner = makeCluster(programs, { folder, data })
  const port = options.port ?? (await freePort())
  const sql = asker(programs, port)
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: data,
    fsync: 'off', // That is about crashes of the machine: here processes are killed.
    max_connections: '200',
  }
  const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const command = [join(programs, 'postgres'), '-D', data, '-p', String(port), ...given]
  const run = () => launch([join(folder, 'log'), ...command], owner, sql)
  let server = await run()
  return {
    version: sql('SHOW server_version'),
    port,
    folder,
    createDatabase(name, template = 'template0') {
      sql(`CREATE DATABASE ${name} TEMPLATE ${template}`)
      return `postgres://tik@127.0.0.1:${port}/${name}`
    },
    dropDatabase(name) {
      sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    },
    kill: () => server.stop('SIGKILL'),
    async restart() {
      server = await run()
    },
    async [Symbol.asyncDispose]() {
      await server.stop('SIGINT') // Ends its sessions, and then itself in order.
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Owner = { readonly cwd: string; readonly uid?: number; readonly gid?: number }
type Ask = (statement: string) => string

function makeCluster(programs: string, place: { folder: string; data: string }): Owner {
  const { folder, data } = place
  mkdirSync(data, { mode: 0o700 })
  const isRoot = process.getuid?.() === 0
  if (isRoot) for (const path of [folder, data]) chownSync(path, NOBODY.uid, NOBODY.gid)
  const owner = isRoot ? { cwd: data, ...NOBODY } : { cwd: data }
  const initdb = ['--pgdata', data, '--username', 'tik', '--auth', 'trust', '--encoding', 'UTF8']
  const options = { ...owner, stdio: 'ignore' } as const
  execFileSync(join(programs, 'initdb'), [...initdb, '--locale', 'C'], options)
  return owner
}

function asker(programs: string, port: number): Ask {
  const base = ['--host', '127.0.0.1', '--port', String(port), '--username', 'tik']
  const form = ['--tuples-only', '--no-align', '--dbname', 'postgres', '--command']
  return (statement) =>
    execFileSync(join(programs, 'psql'), [...base, ...form, statement], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
}

async function launch(command: readonly string[], owner: Owner, sql: Ask) {
  const guard = spawn('sh', ['-c', GUARD, ...command], {
    ...owner,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = new Promise<void>((resolve) => guard.once('exit', () => resolve()))
  const pid = Number(await new Promise((resolve) => guard.stdout.once('data', resolve)))
  const stop = async (signal: NodeJS.Signals) => {
    try {
      process.kill(pid, signal)
    } catch {
      // It had ended.
    }
    await ended
  }
  try {
    await answering(sql)
  } catch (error) {
    await stop('SIGKILL')
    throw error
  }
  return { stop }
}

async function answering(sql: (text: string) => string): Promise<void> {
  for (const beganMs = Date.now(); ; await sleep(100)) {
    try {
      return void sql('SELECT 1')
    } catch (error) {
      if (Date.now() - beganMs > ANSWERS_MS_MAX) throw error
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port)
        else reject(new Error('no free port'))
      })
    })
  })
}
