/** A PostgreSQL of our own: a data folder in the given one, loopback only, a free port, and no other user. */
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { User } from '../siege/site.ts'

export interface PostgresServer extends AsyncDisposable {
  readonly version: string
  /** Of a new database, a copy of another where one is named. */
  createDatabase(name: string, template?: string): string
  dropDatabase(name: string): void
}

const ANSWERS_MS_MAX = 30_000

/** Undefined where no PostgreSQL server is installed. */
export function postgresPrograms(): string | undefined {
  const packages = '/usr/lib/postgresql'
  const versions = existsSync(packages) ? readdirSync(packages).sort() : []
  const folders = versions.map((version) => join(packages, version, 'bin')).reverse()
  return folders.find((folder) => existsSync(join(folder, 'initdb')))
}

/** It refuses to be root's: `user` is whose it is then. */
export async function startPostgres(
  programs: string,
  folder: string,
  user: User | undefined,
): Promise<PostgresServer> {
  const data = join(folder, 'postgres')
  mkdirSync(data, { mode: 0o700 })
  if (user !== undefined) chownSync(data, user.uid, user.gid)
  const options = { cwd: data, ...user }
  const initdb = ['--pgdata', data, '--username', 'tik', '--auth', 'trust', '--encoding', 'UTF8']
  execFileSync(join(programs, 'initdb'), [...initdb, '--locale', 'C'], {
    ...options,
    stdio: 'ignore',
  })
  const port = await freePort()
  // fsync belongs to crashes of the machine: here processes of tik are killed, and the server stays.
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: data, fsync: 'off' }
  const server = spawn(
    join(programs, 'postgres'),
    [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...options, stdio: 'ignore' },
  )
  const ended = new Promise((resolve) => server.once('exit', resolve))
  const base = ['--host', '127.0.0.1', '--port', String(port), '--username', 'tik']
  const sql = (text: string) =>
    execFileSync(
      join(programs, 'psql'),
      [...base, '--tuples-only', '--no-align', '--dbname', 'postgres', '--command', text],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    ).trim()
  const opened = {
    async [Symbol.asyncDispose]() {
      server.kill('SIGINT') // Ends its sessions, and then itself in order.
      await ended
    },
  }
  try {
    await answering(sql)
  } catch (error) {
    await opened[Symbol.asyncDispose]()
    throw error
  }
  return {
    ...opened,
    version: sql('SHOW server_version'),
    createDatabase(name, template = 'template0') {
      sql(`CREATE DATABASE ${name} TEMPLATE ${template}`)
      return `postgres://tik@127.0.0.1:${port}/${name}`
    },
    dropDatabase(name) {
      sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    },
  }
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
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
