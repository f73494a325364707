/**
 * Where months are billed: one data folder with both stores in it, or a PostgreSQL server and a served ledger with
 * two machines at them. Two machines share archive, documents and mails, as on a common disk.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { putCopy } from '../siege/site.ts'
import { SERVED_FILE } from '../../src/core/config/served-stores.ts'
import type { Company } from './company.ts'
import type { LocalPostgres } from '../../scripts/postgres/local-postgres.ts'

export interface Place {
  readonly name: 'embedded' | 'server'
  readonly company: Company
  /** What commands run in, and the compiled modules. */
  readonly folder: string
  /** Of the one who begins and of the one who comes at the same time; embedded it is the same. */
  readonly dataFolders: readonly [string, string]
  environment(): NodeJS.ProcessEnv
  /** What is there now is where the months begin from then on. */
  keep(): Promise<void>
  /** As it was kept; from nothing before that. */
  begin(): Promise<void>
  close(): Promise<void>
}

const nothing = async (): Promise<void> => undefined
const SETTINGS = { TIK_CATALOGUE: resolve('fixtures/catalogue') }

export function embeddedPlace(folder: string, company: Company): Place {
  const dataFolder = join(folder, 'embedded')
  const kept = join(folder, 'embedded-kept')
  return {
    name: 'embedded',
    company,
    folder,
    dataFolders: [dataFolder, dataFolder],
    environment: () => SETTINGS,
    keep: async () => putCopy(dataFolder, kept),
    begin: async () => {
      rmSync(dataFolder, { recursive: true, force: true })
      if (existsSync(kept)) putCopy(kept, dataFolder)
    },
    close: nothing,
  }
}

const SHARED = ['archive', 'invoices', 'mails', 'outbox'] as const
const LEDGER_STARTS_MS_MAX = 30_000

export function serverPlace(folder: string, company: Company, postgres: LocalPostgres): Place {
  const at = (name: string) => join(folder, 'server', name)
  const kept = join(folder, 'server-kept')
  let url = ''
  let stop = nothing
  return {
    name: 'server',
    company,
    folder,
    dataFolders: [at('one'), at('two')],
    environment: () => ({ ...SETTINGS, TIK_STORES: at('stores'), TIK_POSTGRES_URL: url }),
    async keep() {
      await stop()
      putCopy(join(folder, 'server'), kept)
      postgres.dropDatabase('kept')
      postgres.createDatabase('kept', 'months')
      stop = await serveLedger(folder, at('stores'))
    },
    async begin() {
      await stop()
      postgres.dropDatabase('months')
      rmSync(join(folder, 'server'), { recursive: true, force: true })
      const isKept = existsSync(kept)
      if (isKept) putCopy(kept, join(folder, 'server'))
      else makeMachines(at)
      url = postgres.createDatabase('months', isKept ? 'kept' : undefined)
      stop = await serveLedger(folder, at('stores'))
    },
    close: () => stop(),
  }
}

function makeMachines(at: (name: string) => string): void {
  for (const name of ['stores', 'one', 'two']) mkdirSync(at(name), { recursive: true, mode: 0o700 })
  for (const name of SHARED) {
    mkdirSync(join(at('one'), name))
    symlinkSync(join(at('one'), name), join(at('two'), name))
  }
}

const LAUNCHER = resolve('bin/tik.mjs')

/** Returns how to stop it. */
async function serveLedger(cwd: string, stores: string): Promise<() => Promise<void>> {
  const server = spawn(process.execPath, [LAUNCHER, 'store-server', '--dir', stores], {
    cwd,
    stdio: 'ignore',
  })
  const ended = new Promise((done) => server.once('exit', done))
  const stop = async () => {
    server.kill('SIGTERM')
    await ended
  }
  for (const beganMs = Date.now(); !existsSync(join(stores, SERVED_FILE)); await sleep(50)) {
    if (Date.now() - beganMs < LEDGER_STARTS_MS_MAX && server.exitCode === null) continue
    await stop()
    throw new Error('the store server does not start')
  }
  return stop
}
