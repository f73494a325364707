/**
 * The door while things break: the stores killed and started again under load, and the door itself killed
 * during writes. The seed is printed; TIK_SEED repeats it, TIK_KILLS=20 is the long version.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { PROBLEM_TYPE } from '../src/api/problem.ts'
import { createRandom } from '../src/demo/random.ts'
import { createCommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { SMALL_COMPANY } from './small-company.ts'

const KILLS_COUNT = Number.parseInt(process.env['TIK_KILLS'] ?? '2', 10)
const SEED = Number.parseInt(process.env['TIK_SEED'] ?? String(Date.now() % 1_000_000), 10)
const STARTED_MS_MAX = 60_000
const WELL_AGAIN_MS_MAX = 30_000
const WRITES_AT_ONCE = 8

const folder = mkdtempSync(join(tmpdir(), 'tik-faults-'))
const stores = join(folder, 'stores')
const settings = { TIK_CATALOGUE: 'fixtures/catalogue', TIK_LOG_LEVEL: 'error' }
const children = new Set<ChildProcess>()
let ports: { door: number; status: number; clickhouse: number; postgres: number }
let key: string

beforeAll(async () => {
  await copyTestOperations(join(stores, 'operations'))
  const tik = createCommandLine(stores, settings)
  // Both stores: a command opens the ledger only when it asks it something.
  expect(await tik.here(['migrate'])).toMatchObject({ status: 0 })
  const document = join(folder, 'accounts.json')
  writeFileSync(document, JSON.stringify(SMALL_COMPANY))
  expect(await tik.here(['accounts', 'import', document])).toMatchObject({ status: 0 })
  const words = ['clients', 'add', 'faults', '--for', 'operator', '--rights']
  const made = await tik.here([...words, 'operate', 'see-usage', 'manage-users', '--json'])
  key = z.object({ key: z.string() }).parse(JSON.parse(made.stdout)).key
  const [door = 0, status = 0, clickhouse = 0, postgres = 0] = await freePorts(4)
  ports = { door, status, clickhouse, postgres }
}, 120_000)
/** What a failed test left would hold the folder. */
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('stores that are away are 503 with when to come back; when they are back all is well by itself', async () => {
  let storeServer = await startStoreServer()
  const door = await startDoor(join(folder, 'door'), { TIK_STORES: stores })
  const seen = new Map<string, number>()
  const wrong: string[] = []
  const stop = new AbortController()
  const load = Promise.all(
    ['/accounts', '/usage/totals?period=2026-10', '/me', '/jobs'].map(async (path) => {
      while (!stop.signal.aborted) {
        const found = await ask(path)
        seen.set(found.status, (seen.get(found.status) ?? 0) + 1)
        if (found.problem !== '') wrong.push(`${path}: ${found.problem}`)
        await sleep(20)
      }
    }),
  )
  await sleep(500)
  storeServer.kill('SIGKILL')
  await once(storeServer, 'exit')
  await sleep(3_000)
  const away = new Map(seen)
  await expect.poll(readiness, { timeout: WELL_AGAIN_MS_MAX }).toMatchObject({
    status: 503,
    parts: {
      ledger: expect.not.stringMatching(/^ok$/),
      operations: expect.not.stringMatching(/^ok$/),
    },
  })
  storeServer = await startStoreServer()
  const back = performance.now()
  for (const path of ['/accounts', '/usage/totals?period=2026-10']) {
    await expect
      .poll(() => ask(path), { timeout: WELL_AGAIN_MS_MAX })
      .toEqual({ status: '200', problem: '' })
  }
  expect(performance.now() - back).toBeLessThan(WELL_AGAIN_MS_MAX)
  const ready = { status: 200, parts: { ledger: 'ok', operations: 'ok' } }
  await expect.poll(readiness, { timeout: WELL_AGAIN_MS_MAX }).toEqual(ready)
  stop.abort()
  await load
  const metrics = await (await fetch(`http://127.0.0.1:${ports.status}/metrics`)).text()
  expect(metrics).toMatch(/tik_http_requests_total\{.*accounts.*status="503".*\} [1-9]/)
  expect(wrong).toEqual([])
  expect([...seen.keys()].toSorted()).toEqual(['200', '503'])
  expect(away.get('503')).toBeGreaterThan(0)
  expect(door.exitCode).toBeNull()
  await end(door, 'SIGTERM')
  await end(storeServer, 'SIGTERM')
}, 180_000)

test(
  `killed ${KILLS_COUNT} times during writes, each is done exactly once (seed ${SEED})`,
  async () => {
    const random = createRandom()
    random.restart(SEED, 0, 0)
    const names = new Set<string>()
    for (let kill = 0; kill < KILLS_COUNT; kill += 1) {
      const door = await startDoor(stores, {})
      const killed = new AbortController()
      const open = new Set<string>()
      const writing = Promise.all(
        Array.from({ length: WRITES_AT_ONCE }, async (_, lane) => {
          for (let count = 0; !killed.signal.aborted; count += 1) {
            const name = `robot-${kill}-${lane}-${count}`
            names.add(name)
            open.add(name)
            if ((await write(name)) === 201) open.delete(name)
            else return
          }
        }),
      )
      await sleep(300 + random.next() * 1_500)
      killed.abort()
      await end(door, 'SIGKILL')
      await writing
      const again = await startDoor(stores, {})
      // What was answered is sent once more too: a client that did not hear does not know which it is.
      for (const name of [...names].filter((each) => each.startsWith(`robot-${kill}-`))) {
        expect(await write(name)).toBe(201)
      }
      expect(open.size).toBeLessThanOrEqual(WRITES_AT_ONCE)
      await end(again, 'SIGTERM')
    }
    const last = await startDoor(stores, {})
    const clients = await all(
      '/api-clients?reachKind=operator&reachId=',
      z.object({ name: z.string() }),
    )
    const written = clients.map(({ name }) => name).filter((name) => name.startsWith('robot-'))
    expect(written.toSorted()).toEqual([...names].toSorted())
    await end(last, 'SIGTERM')
  },
  120_000 + KILLS_COUNT * 90_000,
)

interface Found {
  readonly status: string
  /** What is wrong with the answer; '' for nothing. */
  readonly problem: string
}

async function ask(path: string): Promise<Found> {
  const response = await fetch(`http://127.0.0.1:${ports.door}/api/v1${path}`, {
    headers: { Authorization: `Bearer ${key}` },
  })
  const text = await response.text()
  const status = String(response.status)
  if (response.ok) return { status, problem: '' }
  const isProblem = response.headers.get('Content-Type') === PROBLEM_TYPE
  const isTimed = Number(response.headers.get('Retry-After')) > 0
  return { status, problem: isProblem && isTimed ? '' : `${status} ${text}` }
}

/** What a supervisor asks. */
async function readiness(): Promise<{ status: number; parts: unknown }> {
  const response = await fetch(`http://127.0.0.1:${ports.status}/readyz`)
  return { status: response.status, parts: await response.json() }
}

async function write(name: string): Promise<number | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${ports.door}/api/v1/api-clients`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${key}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': `write-${name}`,
      },
      body: JSON.stringify({ name, reachKind: 'operator', reachId: '', rights: ['see-usage'] }),
    })
    await response.text()
    return response.status
  } catch {
    return undefined // It was killed before it answered.
  }
}

async function all<Item>(path: string, item: z.ZodType<Item>): Promise<Item[]> {
  const page = z.object({ items: z.array(item), nextCursor: z.string().nullable() })
  const found: Item[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const more: string = cursor === '' ? '' : `&cursor=${cursor}`
    const response = await fetch(`http://127.0.0.1:${ports.door}/api/v1${path}&limit=1000${more}`, {
      headers: { Authorization: `Bearer ${key}` },
    })
    const { items, nextCursor } = page.parse(await response.json())
    found.push(...items)
    cursor = nextCursor
  }
  return found
}

function startStoreServer(): Promise<ChildProcess> {
  const { clickhouse, postgres } = ports
  const words = ['--clickhouse-port', String(clickhouse), '--postgres-port', String(postgres)]
  return started(['store-server', '--dir', stores, ...words], {}, 'TIK_STORES=')
}

function startDoor(dir: string, more: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const port = {
    TIK_SERVE_PORT: String(ports.door),
    TIK_SERVE_STATUS_PORT: String(ports.status),
  }
  return started(['serve', '--dir', dir], { ...port, ...more }, 'tik is at')
}

async function started(
  words: readonly string[],
  more: Readonly<Record<string, string>>,
  ready: string,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['src/main.ts', ...words], {
    env: { ...process.env, ...settings, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.add(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  }
  await expect
    .poll(() => said.includes(ready) || child.exitCode !== null, { timeout: STARTED_MS_MAX })
    .toBe(true)
  expect(child.exitCode, said).toBeNull()
  return child
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
  children.delete(child)
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const free: number[] = []
  for (const server of servers) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    free.push(typeof address === 'object' && address !== null ? address.port : 0)
  }
  for (const server of servers) server.close()
  return free
}
