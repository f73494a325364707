/**
 * The door over two servers while PostgreSQL alone is away: ClickHouse answers all the time. What needs to know who asks,
 * or writes, is 503 with when to come back, and never 401, 403 or a write half done; then all is well by itself.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { LocalPostgres } from '../scripts/postgres/local-postgres.ts'
import { PROBLEM_TYPE } from '../src/api/problem.ts'
import { createCommandLine } from './command-line.ts'
import { startPostgresForTests, withoutPostgres } from './postgres-for-tests.ts'
import { SMALL_COMPANY } from './small-company.ts'

const STARTED_MS_MAX = 60_000
const WELL_AGAIN_MS_MAX = 30_000
const AWAY_MS = 3_000
const WRITERS = 4

const folder = mkdtempSync(join(tmpdir(), 'tik-postgres-away-'))
const stores = join(folder, 'stores')
const children: ChildProcess[] = []
let postgres: LocalPostgres
let settings: Record<string, string>
let at: string
let statusAt: string
let key: string

describe.skipIf(withoutPostgres !== undefined)('PostgreSQL alone away', () => {
  beforeAll(async () => {
    postgres = await startPostgresForTests()
    settings = {
      TIK_CATALOGUE: 'fixtures/catalogue',
      TIK_LOG_LEVEL: 'error',
      TIK_STORES: stores,
      TIK_POSTGRES_URL: postgres.createDatabase('away'),
    }
    const [clickhouse = 0, other = 0, door = 0, status = 0] = await freePorts(4)
    const ports = ['--clickhouse-port', String(clickhouse), '--postgres-port', String(other)]
    await started(['store-server', '--dir', stores, ...ports], {}, 'TIK_STORES=')
    const tik = createCommandLine(join(folder, 'door'), settings)
    expect(await tik.here(['migrate'])).toMatchObject({ status: 0, stderr: '' })
    const document = join(folder, 'accounts.json')
    const users = [{ id: 'ann', account: 'A1', name: 'Ann', email: 'ann@a1.example' }]
    writeFileSync(document, JSON.stringify({ ...SMALL_COMPANY, users }))
    expect(await tik.here(['accounts', 'import', document])).toMatchObject({ status: 0 })
    const words = ['clients', 'add', 'away', '--for', 'operator', '--rights']
    const made = await tik.here([...words, 'operate', 'see-usage', 'manage-users', '--json'])
    key = z.object({ key: z.string() }).parse(JSON.parse(made.stdout)).key
    const own = { TIK_SERVE_PORT: String(door), TIK_SERVE_STATUS_PORT: String(status) }
    await started(['serve', '--dir', join(folder, 'door')], { ...settings, ...own }, 'tik is at')
    at = `http://127.0.0.1:${door}`
    statusAt = `http://127.0.0.1:${status}`
  }, 180_000)
  afterAll(async () => {
    for (const child of children.toReversed()) {
      const exited = child.exitCode === null ? once(child, 'exit') : undefined
      child.kill('SIGKILL')
      await exited
    }
    await postgres[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  test('each answer says so, a sign-in too, and all is well again by itself', async () => {
    expect(await asked('/api/v1/usage/totals?period=2026-10')).toBe('200')
    expect(await ready()).toEqual({ ledger: 'ok', operations: 'ok' })
    await postgres.kill()
    const away = '503 problem, come back'
    const reads = ['/usage/totals?period=2026-10', '/accounts', '/accounts/A1/balances', '/me']
    for (const path of reads) expect(await asked(`/api/v1${path}`)).toBe(away)
    // Nobody is told that a right password or key is wrong, or to wait for their own sake.
    const signIn = { method: 'POST', body: JSON.stringify({ name: 'ann', password: 'four words' }) }
    expect(await asked('/sign-in', { ...signIn, headers: { ...JSON_HEADERS, ...OWN_PAGE } })).toBe(
      away,
    )
    const token = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'x',
      client_secret: 'y',
    })
    expect(await asked('/oauth/token', { method: 'POST', body: token })).toBe(away)
    const form = new URLSearchParams({ name: 'ann', password: 'four words' })
    const entered = await fetch(`${at}/enter`, {
      method: 'POST',
      body: form,
      headers: OWN_PAGE,
      redirect: 'manual',
    })
    expect(entered.status).toBe(503)
    // What needs neither goes on.
    expect(await asked('/api/v1/openapi.json')).toBe('200')
    expect(await asked('/sign-in')).toBe('200')
    await expect
      .poll(ready, { timeout: WELL_AGAIN_MS_MAX })
      .toEqual({ ledger: 'ok', operations: expect.not.stringMatching(/^ok$/) })
    await postgres.restart()
    for (const path of reads) {
      await expect.poll(() => asked(`/api/v1${path}`), { timeout: WELL_AGAIN_MS_MAX }).toBe('200')
    }
    await expect
      .poll(ready, { timeout: WELL_AGAIN_MS_MAX })
      .toEqual({ ledger: 'ok', operations: 'ok' })
  }, 120_000)

  test('killed in the middle of writes, each that is sent until it is answered is done once', async () => {
    const stop = new AbortController()
    const names = new Set<string>()
    const statuses = new Set<number>()
    const writing = Array.from({ length: WRITERS }, async (_, lane) => {
      for (let count = 0; !stop.signal.aborted; count += 1) {
        const name = `robot-${lane}-${count}`
        names.add(name)
        for (;;) {
          const status = await write(name)
          statuses.add(status)
          if (status === 201) break
          await sleep(100)
        }
      }
    })
    await sleep(500)
    await postgres.kill()
    await sleep(AWAY_MS)
    await postgres.restart()
    await sleep(2_000)
    stop.abort()
    await Promise.all(writing)
    expect(statuses).toEqual(new Set([201, 503]))
    const response = await fetch(
      `${at}/api/v1/api-clients?reachKind=operator&reachId=&limit=1000`,
      {
        headers: bearer(),
      },
    )
    const page = z.object({ items: z.array(z.object({ name: z.string() })), nextCursor: z.null() })
    const made = page.parse(await response.json()).items.map(({ name }) => name)
    expect(made.filter((name) => name.startsWith('robot-')).toSorted()).toEqual(
      [...names].toSorted(),
    )
  }, 120_000)
})

const JSON_HEADERS = { 'Content-Type': 'application/json' }
const OWN_PAGE = { 'Sec-Fetch-Site': 'same-origin' }

function bearer(): Record<string, string> {
  return { Authorization: `Bearer ${key}` }
}

/** The status, and of a refusal whether it is a problem that says when to come back. */
async function asked(path: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(at + path, {
    ...init,
    headers: { ...bearer(), ...(init.headers as Record<string, string> | undefined) },
  })
  const text = await response.text()
  if (response.ok) return String(response.status)
  const isProblem = response.headers.get('Content-Type') === PROBLEM_TYPE
  const isTimed = Number(response.headers.get('Retry-After')) > 0
  return isProblem && isTimed
    ? `${response.status} problem, come back`
    : `${response.status} ${text}`
}

async function ready(): Promise<unknown> {
  return (await fetch(`${statusAt}/readyz`)).json()
}

async function write(name: string): Promise<number> {
  const response = await fetch(`${at}/api/v1/api-clients`, {
    method: 'POST',
    headers: { ...bearer(), ...JSON_HEADERS, 'Idempotency-Key': `write-${name}` },
    body: JSON.stringify({ name, reachKind: 'operator', reachId: '', rights: ['see-usage'] }),
  })
  await response.text()
  return response.status
}

async function started(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  said: string,
): Promise<void> {
  const child = spawn(process.execPath, ['src/main.ts', ...words], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
  }
  const giveUpMs = Date.now() + STARTED_MS_MAX
  while (!output.includes(said)) {
    if (child.exitCode !== null || Date.now() > giveUpMs) throw new Error(output)
    await sleep(50)
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const free: number[] = []
  for (const server of servers) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    free.push((server.address() as AddressInfo).port)
  }
  for (const server of servers) server.close()
  return free
}
